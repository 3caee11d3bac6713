"""Markdown to safe HTML, made once when something is written."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import table as parse_table
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import link as parse_link
from markdown_it.token import Token

from core.text.clean import REL, clean
from core.text.sound import legible
from core.text.words import MENTIONS, TAGS, Rule, found_words, use_addresses, use_words

Known = Collection[str] | Callable[[set[str]], Collection[str]]

# Quotes go 8 deep and lists 4. Every open bracket may be read that many times, so this also bounds the work.
NESTING = 8
TABLE_ROWS, TABLE_COLUMNS = 60, 12
TABLE_RULER = re.compile(r"[ \t|:]*-[ \t|:-]*\Z")
# Our pages have h1 and h2 of their own.
HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h5", "h5": "h5", "h6": "h5"}


@dataclass(frozen=True)
class Rendered:
    """What a text became, and whom and what it names."""

    html: str
    mentions: list[str]
    """User names in small letters, in order, each once; only known ones."""
    tags: list[tuple[str, str]]
    """``(name, as typed)``, in order, each name once."""


def render_post(text: str, *, known: Known = ()) -> Rendered:
    """Return ``text`` (Markdown) as cleaned HTML with its mentions and tags.

    ``known`` says which of the names after an @ are people: the names themselves, or a function that is called once
    with all names found (lower case) and returns those that exist. Everybody else stays plain text.
    """
    return _render(_post_markdown(), text, known)


def render_bio(text: str, *, known: Known = ()) -> Rendered:
    """Return a profile's text as cleaned HTML: as posts, without headings, tables and code blocks."""
    return _render(_bio_markdown(), text, known)


def render_field(value: str) -> str:
    """Return one line of plain text as cleaned HTML with its addresses linked."""
    return clean(_field_markdown().renderInline(" ".join(legible(value).split())))


def find_mentions(text: str) -> set[str]:
    """Return the names after an @ that a post of this text would address, in small letters."""
    return {name for name, _ in _first_of(_post_markdown().parse(legible(text)), "mention", MENTIONS)}


def find_tags(text: str) -> set[str]:
    """Return the names of the tags a post of this text would carry."""
    return {name for name, _ in _first_of(_post_markdown().parse(legible(text)), "tag", TAGS)}


def _render(md: MarkdownIt, text: str, known: Known) -> Rendered:
    tokens = md.parse(legible(text))
    mentions = dict(_first_of(tokens, "mention", MENTIONS))
    people = known(set(mentions)) if callable(known) and mentions else known
    present = [] if callable(people) else [name for name in mentions if name in people]
    tags = _first_of(tokens, "tag", TAGS)
    env = {"mention": set(present), "tag": {name for name, _ in tags}}
    return Rendered(clean(md.renderer.render(tokens, md.options, env)).strip(), present, tags)


def _first_of(tokens: list[Token], kind: str, limit: int) -> list[tuple[str, str]]:
    """Return ``(name, as first typed)`` of up to ``limit`` different mentions or tags."""
    first: dict[str, str] = {}
    for name, typed in found_words(tokens, kind):
        if name not in first and len(first) < limit:
            first[name] = typed
    return list(first.items())


# --- three dialects, made once ---------------------------------------------------------------------------------------
@cache
def _post_markdown() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": NESTING})
    # References multiply their addresses, and images would be fetched from elsewhere.
    md.enable(["strikethrough", "table"]).disable(["reference", "image", "html_block", "html_inline"])
    md.block.ruler.at("table", _small_table, {"alt": ["paragraph", "reference"]})
    md.inline.ruler.at("link", _closed_link)
    return _dress(use_words(md))


@cache
def _bio_markdown() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": NESTING})
    md.enable("strikethrough")
    md.disable(["reference", "image", "html_block", "html_inline", "heading", "lheading", "code", "fence", "hr"])
    md.inline.ruler.at("link", _closed_link)
    return _dress(use_words(md))


@cache
def _field_markdown() -> MarkdownIt:
    return _dress(use_addresses(MarkdownIt("zero", {"html": False})))


def _dress(md: MarkdownIt) -> MarkdownIt:
    """Give ``md`` our way of writing links, headings, people and tags."""
    for name, rule in RULES.items():
        md.renderer.rules[name] = rule.__get__(md.renderer)  # type: ignore[attr-defined]
    return md


def _closed_link(state: StateInline, silent: bool) -> bool:
    """A link, looked for only where an address follows: else every bracket of thousands is read with all after it."""
    if state.env.get("links_in") is not state.src:
        last = state.src.rfind("](", 0, max(state.src.rfind(")"), 0))
        state.env.update(links_in=state.src, last_link=last)
    return state.pos < state.env["last_link"] and parse_link(state, silent)


def _small_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table as GitHub writes it, unless it is one of those that few characters make enormous."""
    if start + 1 >= end or not TABLE_RULER.match(_line(state, start + 1)):
        return False
    if _line(state, start + 1).count("|") > TABLE_COLUMNS + 1:
        return False
    return _rows(state, start + 2, end) <= TABLE_ROWS and parse_table(state, start, end, silent)


def _rows(state: StateBlock, start: int, end: int) -> int:
    """Count the lines before the next empty one, up to one more than a table may have.

    How far was looked is remembered: every line of a long paragraph may ask anew.
    """
    where, limit = (state.level, end), min(end, start + TABLE_ROWS + 1)
    known, first, line = state.env.get("rows", (where, start, start))
    if known != where or not first <= start <= line:
        first = line = start
    while line < limit and not state.isEmpty(line):
        line += 1
    state.env["rows"] = (where, first, line)
    return int(line) - start


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _link_open(_self: Any, tokens: list[Token], at: int, _options: Any, _env: dict[str, Any]) -> str:
    return f'<a href="{escape(str(tokens[at].attrs["href"]))}" rel="{REL}">'


def _heading(_self: Any, tokens: list[Token], at: int, _options: Any, _env: dict[str, Any]) -> str:
    token = tokens[at]
    return f"<{HEADINGS[token.tag]}>" if token.nesting > 0 else f"</{HEADINGS[token.tag]}>\n"


def _mention(_self: Any, tokens: list[Token], at: int, _options: Any, env: dict[str, Any]) -> str:
    return _word(tokens[at], env, "/@")


def _tag(_self: Any, tokens: list[Token], at: int, _options: Any, env: dict[str, Any]) -> str:
    return _word(tokens[at], env, "/tags/")


def _word(token: Token, env: dict[str, Any], path: str) -> str:
    name = token.meta["name"]
    if name not in env[token.type]:
        return escape(token.content)
    return f'<a class="{token.type}" href="{path}{quote(name, safe="")}">{escape(token.content)}</a>'


RULES: dict[str, Rule] = {
    "link_open": _link_open,
    "heading_open": _heading,
    "heading_close": _heading,
    "mention": _mention,
    "tag": _tag,
}
