"""What must hold for every page: the policy against inline code, and that whatever is named exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
STATIC = ROOT / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FRAGMENTS = [path for path in TEMPLATES if "jinja" in path.parts]
SHEETS = sorted((STATIC / "css").glob("*.css"))
SCRIPTS = sorted((STATIC / "js").rglob("*.js"))
INLINE = re.compile(r"""<style|<script(?![^>]*\ssrc=)|\sstyle\s*=|\son[a-z]+\s*=\s*["']|\shx-on|javascript:""", re.I)


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_nothing_is_inline(path: Path) -> None:
    assert INLINE.findall(path.read_text()) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_every_icon_named_is_in_the_sprite(path: Path) -> None:
    known = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    tags = re.findall(r"""\{%\s*icon\s+["']([\w-]+)["']|\bicon\(["']([\w-]+)["']""", path.read_text())
    assert {django or jinja for django, jinja in tags} - known == set()


def test_every_icon_a_script_draws_is_in_the_sprite() -> None:
    known = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    drawn = {name for path in SCRIPTS for name in re.findall(r'\bicon(?:Button)?\("([\w-]+)"', path.read_text())}
    assert drawn
    assert drawn - known == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_every_static_file_named_exists(path: Path) -> None:
    named = re.findall(r"""\{%\s*static\s+["']([^"']+)["']""", path.read_text())
    assert [name for name in named if finders.find(name) is None] == []


@pytest.mark.parametrize("path", SHEETS, ids=names(SHEETS))
def test_every_file_a_sheet_names_exists(path: Path) -> None:
    named = re.findall(r"""url\(["']?([^"')]+)""", path.read_text())
    assert [name for name in named if not (path.parent / name).exists()] == []


@pytest.mark.parametrize("path", SHEETS, ids=names(SHEETS))
def test_every_sheet_is_on_some_page(path: Path) -> None:
    assert any(f"css/{path.name}" in template.read_text() for template in TEMPLATES)


@pytest.mark.parametrize("path", SCRIPTS, ids=names(SCRIPTS))
def test_every_module_a_script_imports_exists(path: Path) -> None:
    named = re.findall(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""", path.read_text())
    assert [name for name in named if not (path.parent / name).exists()] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=names(SCRIPTS))
def test_every_script_is_on_some_page(path: Path) -> None:
    users = [other for other in [*TEMPLATES, *SCRIPTS] if other != path]
    assert any(f"/{path.name}" in user.read_text() for user in users)


def test_every_word_a_script_says_is_on_the_page() -> None:
    brought = {_camel(name) for name in re.findall(r"\sdata-([\w-]+)=", (ROOT / "templates/_words.html").read_text())}
    said = {name for path in SCRIPTS for name in re.findall(r'\bword\("(\w+)"', path.read_text())}
    assert said
    assert {name for name in said if not {name, f"{name}One"} & brought} == set()


@pytest.mark.parametrize("path", FRAGMENTS, ids=names(FRAGMENTS))
def test_every_word_of_a_fragment_is_found_for_translation(path: Path) -> None:
    source = path.read_text()
    said = re.findall(r"""\b_\(("[^"]*")""", source)
    assert [text for text in said if f"_({text})" not in templatize(source)] == []


def _camel(name: str) -> str:
    first, *others = name.split("-")
    return first + "".join(part.capitalize() for part in others)
