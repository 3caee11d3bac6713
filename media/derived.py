"""Which of a file's variants can be made again of its original, and what they weigh."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from media.models import Attachment, Kind
from media.video import hls

# What every page needs at once stays whatever happens: posters, covers, waves, faces. They are small.
PICTURE_SIZES = re.compile(r"[waj]\d+\Z")
SOUND_FORMS = frozenset({"aac", "opus"})

Variants = Mapping[str, Mapping[str, Any]]


def is_derived(kind: str, name: str) -> bool:
    """Whether a variant may be evicted: it is large, and can be made again."""
    if kind == Kind.VIDEO:
        return hls.is_derived(name)
    return bool(PICTURE_SIZES.match(name)) if kind == Kind.IMAGE else name in SOUND_FORMS


def stand_in(attachment: Attachment, name: str) -> Mapping[str, Any] | None:
    """Return what is shown instead of an evicted variant: the original, for all that is not a part of a set."""
    is_part = attachment.kind == Kind.VIDEO and name != "film"
    return None if is_part else attachment.variants.get("original")


def spare_files(kind: str, variants: Variants) -> dict[str, int]:
    """Return the stored names that may be evicted, with their bytes: those that nothing needs that must stay."""
    here = {name: one for name, one in variants.items() if not one.get("gone")}
    needed = {one["file"] for name, one in here.items() if not is_derived(kind, name)}
    return {one["file"]: one["bytes"] for one in here.values() if one["file"] not in needed}


def weights(kind: str, variants: Variants) -> dict[str, int]:
    """Return the columns ``weight`` and ``spare``: bytes of all that is stored, and of what could be made again."""
    all_files = {one["file"]: one["bytes"] for one in variants.values() if not one.get("gone")}
    return {"weight": sum(all_files.values()), "spare": sum(spare_files(kind, variants).values())}
