"""The house's own rules, read from the source: floors, sizes, and nothing inline (docs/architecture.md)."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS: list[set[str]] = [
    {"core"},
    {"events"},
    {"media"},
    {"accounts"},
    {"posts"},
    {"search"},
    {"feeds", "notifications", "moderation"},
    {"api"},
    {"live"},
    {"community"},
]
LEVEL = {room: level for level, floor in enumerate(FLOORS) for room in floor}
MAX_FILE, MAX_FUNCTION, MAX_TEMPLATE = 500, 80, 200
MEDIAN_FUNCTION = 8

# What third-party distributions are called where it is not the name that is imported (after - is made _).
IMPORTED_AS = {
    "storages": "django_storages",
    "allauth": "django_allauth",
    "blurhash": "blurhash_python",
    "csp": "django_csp",
    "environ": "django_environ",
    "linkify_it": "linkify_it_py",
    "markdown_it": "markdown_it_py",
    "PIL": "pillow",
    "oauth2_provider": "django_oauth_toolkit",
    "rest_framework": "djangorestframework",
}


@cache
def tracked(pattern: str) -> list[Path]:
    """Files of the repository of that kind, those not yet committed included, those that git ignores left out."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", pattern]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return sorted(path for path in (ROOT / name for name in set(names)) if path.is_file())


def modules() -> list[Path]:
    """The site's own modules."""
    return [path for path in tracked("*.py") if path.relative_to(ROOT).parts[0] in LEVEL]


@cache
def tree_of(path: Path) -> ast.Module:
    """The parsed module."""
    return ast.parse(path.read_text())


def where(path: Path, node: ast.AST | None = None) -> str:
    """The place, as editors know it."""
    place = str(path.relative_to(ROOT))
    return f"{place}:{node.lineno}" if isinstance(node, ast.stmt | ast.expr) else place


def listed(places: list[str]) -> str:
    """One place a line, for whoever has to mend them."""
    return "\n" + "\n".join(places)


def imports_of(path: Path) -> Iterator[tuple[ast.stmt, str]]:
    """Every import of a module, wherever it stands, with the first part of the imported name."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{where(path, node)}: an import relative to its place hides which room it is from"
            yield node, str(node.module).partition(".")[0]
        elif isinstance(node, ast.Import):
            yield from ((node, alias.name.partition(".")[0]) for alias in node.names)


def test_every_app_stands_on_a_floor() -> None:
    rooms = {path.parent.name for path in tracked("*/__init__.py") if path.parent.parent == ROOT} - {"tests"}
    assert rooms == set(LEVEL)


def test_imports_point_down_and_neighbours_leave_each_other_alone() -> None:
    wrong = [
        f"{where(path, node)}: {room} imports {other}"
        for path in modules()
        for room in [path.relative_to(ROOT).parts[0]]
        for node, other in imports_of(path)
        if other in LEVEL and other != room and LEVEL[other] >= LEVEL[room] and not for_types_only(path, node)
    ]
    assert not wrong, listed(wrong)


def for_types_only(path: Path, node: ast.stmt) -> bool:
    """Whether an import stands under ``if TYPE_CHECKING`` and so does not happen."""
    return any(
        isinstance(block, ast.If) and isinstance(block.test, ast.Name) and block.test.id == "TYPE_CHECKING"
        and node in ast.walk(block)
        for block in tree_of(path).body
    )  # fmt: skip


def test_foreign_keys_point_down() -> None:
    from django.apps import apps

    wrong = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in LEVEL
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model._meta.app_label in LEVEL
        and field.related_model._meta.label != "accounts.User"
        and LEVEL[field.related_model._meta.app_label] > LEVEL[model._meta.app_label]
    ]  # fmt: skip
    assert not wrong, listed(wrong)


def test_a_lazy_import_says_why() -> None:
    wrong = []
    for path in modules():
        lines = path.read_text().splitlines()
        for function in ast.walk(tree_of(path)):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    said = "\n".join(lines[node.lineno - 2 : node.end_lineno])
                    wrong += [where(path, node)] if not re.search(r"#\s*(?!noqa)\w|# noqa[^(]*\(", said) else []
    assert not wrong, listed(wrong)


def test_what_is_imported_is_pinned() -> None:
    pinned = {
        re.split(r"[=\[]", line)[0].strip().lower().replace("-", "_")
        for line in (ROOT / "requirements.txt").read_text().splitlines()
        if "==" in line
    }
    names = {IMPORTED_AS.get(name, name).lower() for path in modules() for _node, name in imports_of(path)}
    stdlib = set(__import__("sys").stdlib_module_names)
    assert names - stdlib - set(LEVEL) - pinned == set()


def test_pins_are_exact() -> None:
    loose = [
        line
        for name in ("requirements.txt", "requirements-dev.txt")
        for line in (ROOT / name).read_text().splitlines()
        if line.strip() and not re.match(r"#|-r requirements.txt|[\w-]+(\[\w+\])?==[\w.]+(;[^#]*)?(\s+#.*)?$", line)
    ]
    assert not loose, listed(loose)


def test_files_are_short() -> None:
    long = [f"{where(path)}: {n}" for path in tracked("*.py") if (n := len(path.read_text().splitlines())) > MAX_FILE]
    assert not long, listed(long)


def test_functions_are_short() -> None:
    sizes = {
        f"{where(path, node)} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: size for name, size in sizes.items() if size > MAX_FUNCTION} == {}
    assert median(sizes.values()) <= MEDIAN_FUNCTION


def test_nobody_writes_notes_to_self() -> None:
    notes = [
        f"{where(path)}: {line.strip()}"
        for path in [*tracked("*.py"), *tracked("*.html"), *tracked("*.js"), *tracked("*.css"), *tracked("*.md")]
        if "vendor" not in path.parts and path != Path(__file__)
        for line in path.read_text().splitlines()
        if re.search(r"\b(TODO|FIXME|XXX)\b", line)
    ]
    assert not notes, listed(notes)


def templates() -> list[Path]:
    """The site's own templates."""
    return tracked("templates/*.html")


def test_templates_are_short() -> None:
    long = [f"{where(path)}: {n}" for path in templates() if (n := len(path.read_text().splitlines())) > MAX_TEMPLATE]
    assert not long, listed(long)


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a script in the page", r"<script(?![^>]*\bsrc=)[^>]*>"),
        ("a style sheet in the page", r"<style\b"),
        ("a style on an element", r"<[^>]*\sstyle\s*="),
        ("a handler on an element", r"<[^>]*\s(?:on[a-z]+|hx-on[:\w-]*)\s*="),
        ("an address that is a script", r"javascript:"),
    ],
)
def test_nothing_stands_in_the_page_that_the_policy_forbids(what: str, pattern: str) -> None:
    wrong = [
        f"{where(path)}: {match[0][:80]}"
        for path in templates()
        for match in re.finditer(pattern, path.read_text(), re.IGNORECASE)
    ]
    assert not wrong, what + listed(wrong)


def test_scripts_do_not_make_code_out_of_text() -> None:
    pattern = r"\beval\(|new Function\(|document\.write\(|\.style\.cssText|setAttribute\(['\"](?:style|on)"
    wrong = [
        f"{where(path)}: {match[0]}"
        for path in tracked("static/js/*.js")
        for match in re.finditer(pattern, path.read_text())
    ]
    assert not wrong, listed(wrong)
