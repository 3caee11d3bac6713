"""Are the translations complete? Reads every word the site says, and what each catalogue has for it.

Words are found by Django's makemessages where the gettext programs are installed; else only what the catalogues
themselves say is checked.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

SHOWN = 40
ROOT = Path(__file__).resolve().parent.parent
SOURCE_LANGUAGE = "en"
PLACE = re.compile(r"%(?:\((\w+)\))?[sd]|\{(\w*)\}")


def main() -> int:
    """Print what is wrong; returns 1 when anything is."""
    catalogues = sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po"))
    others = [path for path in catalogues if path.parts[-3] != SOURCE_LANGUAGE]
    wrong = [] if others else ["There is no catalogue besides the English one."]
    for path in others:
        wrong += faults(path)
    if shutil.which("xgettext"):
        known = {key_of(entry) for path in others for entry in polib.pofile(str(path)) if not entry.obsolete}
        wrong += [f"not in any catalogue: {entry.msgid!r}" for entry in words_said() if key_of(entry) not in known]
    print("\n".join(wrong[:SHOWN]) or "Complete.")
    if len(wrong) > SHOWN:
        print(f"… and {len(wrong) - SHOWN} more")
    return int(bool(wrong))


def faults(path: Path) -> list[str]:
    """What is missing, doubtful or broken in a catalogue."""
    return [
        f"{path.relative_to(ROOT)}:{entry.linenum}: {fault}: {entry.msgid!r}"
        for entry in polib.pofile(str(path))
        if not entry.obsolete and (fault := fault_of(entry))
    ]


def fault_of(entry: polib.POEntry) -> str:
    """What is wrong with one translation, or nothing."""
    said = list(entry.msgstr_plural.values()) or [entry.msgstr]
    if not all(said):
        return "missing"
    if entry.fuzzy:
        return "fuzzy"
    wanted = {places(entry.msgid), places(entry.msgid_plural or entry.msgid)}
    if any(places(text) - set().union(*wanted) for text in said) or places(said[-1]) not in wanted:
        return "other placeholders"
    return ""


def places(text: str) -> frozenset[str]:
    """The placeholders in a text."""
    return frozenset(match[0] for match in PLACE.finditer(text.replace("%%", "")))


def key_of(entry: polib.POEntry) -> tuple[str | None, str]:
    """What a translation is looked up by."""
    return entry.msgctxt, entry.msgid


def words_said() -> list[polib.POEntry]:
    """Every word in the source, found in a copy so that no catalogue is touched."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "site"
        ignored = shutil.ignore_patterns(".*", "data", "tests", "node_modules", "static", "__pycache__", "locale")
        shutil.copytree(ROOT, copy, ignore=ignored)
        (copy / "locale").mkdir()
        find = [sys.executable, "-m", "django", "makemessages", "-l", "xx", "--no-location", "--verbosity", "0"]
        done = subprocess.run(
            [*find, "--extension", "py,html,txt"], cwd=copy, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(done.stderr)
        return list(polib.pofile(str(copy / "locale" / "xx" / "LC_MESSAGES" / "django.po")))


if __name__ == "__main__":
    sys.exit(main())
