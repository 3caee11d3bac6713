"""Putting what was made of a file where it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from media import store
from media.models import Attachment
from media.work.task import Made


def keep_variants(attachment: Attachment, made: Made, folder: Path) -> dict[str, dict[str, Any]]:
    """Move what lies in ``folder`` to the attachment's; returns it as ``Attachment.variants`` has it."""
    kept: dict[str, dict[str, Any]] = {}
    moved: dict[str, int] = {}
    for name, variant in made.variants.items():
        file = variant["file"]
        stored = f"{attachment.folder}/{file}"
        if file not in moved:  # one file may go under two names, as the poster does
            moved[file] = (folder / file).stat().st_size
            with store.Movable(folder / file) as content:
                store.put(content, stored)
        kept[name] = {**variant, "file": stored, "bytes": moved[file]}
    return kept
