"""The words in a text that point somewhere: bare addresses, @people and #tags, as rules for the Markdown parser.

They work on the parser's tokens, so that code, links and escaped characters are left alone, and they read every
character a fixed number of times (S43).
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from core.text.sound import TAG_LENGTH, is_tag_char, tag_name

# Beyond these, a text shouts: the words stay words.
MENTIONS = 50
TAGS = 50

SCHEMES = {"http", "https"}
SCHEME_BEFORE = re.compile(r"(?<![\w@#/.+-])https?\Z", re.IGNORECASE)
# Brackets end an address (they are Markdown's), and so do quotation marks.
ADDRESS = re.compile(r"://[^\s<>\[\]{}|\\^`\"“”„«»\x00-\x1f\x7f]+")
CLOSERS = "?!.,:;*_~'’"
USERNAME = re.compile(r"@([A-Za-z0-9_]{1,30})(?![\w@]|\.\w)")
HOST_LIKE = re.compile(r"(?:https?://)?((?:[\w-]{1,63}\.)+[^\W\d_]{2,63})(?:[:/?#].*)?\Z", re.IGNORECASE | re.DOTALL)


def use_words(md: MarkdownIt) -> MarkdownIt:
    """Teach ``md`` our words; which were found is noted in its ``env`` as ``mentions`` and ``tags``."""
    md.inline.ruler.before("autolink", "mention", _mention)
    md.inline.ruler.before("autolink", "tag", _tag)
    return use_addresses(md)


def use_addresses(md: MarkdownIt) -> MarkdownIt:
    """Teach ``md`` bare addresses, and to link nowhere but to http, https and mailto."""
    md.inline.ruler.before("autolink", "address", _address)
    md.core.ruler.push("honest_links", _honest_links)
    md.validateLink = is_good_link  # type: ignore[method-assign]
    return md


def is_good_link(url: str) -> bool:
    """Whether a person may link to ``url``: whole addresses only, without a name before the host."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return "@" in parts.path
    return parts.scheme in SCHEMES and bool(host) and "@" not in parts.netloc and "\\" not in url


def shown_host(host: str) -> str:
    """Return ``host`` as it may be shown: in letters of one script with its ending, else in its ASCII form."""
    ending = host.rpartition(".")[2]
    if host.isascii() or not (ending.isascii() and _is_mixed(host)):
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host.encode("punycode").decode()


def _is_mixed(host: str) -> bool:
    return any(c.isalpha() and not unicodedata.name(c, "").startswith("LATIN") for c in host)


# --- rules: each looks at one place, and moves on or says no ---------------------------------------------------------
def _address(state: StateInline, silent: bool) -> bool:
    if state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    before = SCHEME_BEFORE.search(state.src[max(state.pos - 6, 0) : state.pos])
    if not before or not (silent or state.pending.endswith(before[0])):
        return False
    rest = ADDRESS.match(state.src, state.pos, state.posMax)
    if not rest:
        return False
    typed = before[0] + _without_closers(rest[0])
    href = state.md.normalizeLink(typed)
    if not is_good_link(href):
        return _pass_over(state, silent, rest.end())
    if not silent:
        state.pending = state.pending[: -len(before[0])]
        _push_link(state, href, _shown(typed))
    state.pos += len(typed) - len(before[0])
    return True


def _without_closers(rest: str) -> str:
    """Leave the punctuation that ends a sentence, and a bracket that was opened before the address, outside of it."""
    opened, closed = rest.count("("), rest.count(")")
    end = len(rest)
    while end and (rest[end - 1] in CLOSERS or (rest[end - 1] == ")" and closed > opened)):
        closed -= rest[end - 1] == ")"
        end -= 1
    return rest[:end]


def _shown(typed: str) -> str:
    host = re.match(r"(https?://)([^/?#:]*)(.*)", typed, re.IGNORECASE | re.DOTALL)
    return typed if host is None else host[1] + shown_host(host[2]) + host[3]


def _push_link(state: StateInline, href: str, text: str) -> None:
    state.push("link_open", "a", 1).attrs = {"href": href}
    state.push("text", "", 0).content = text
    state.push("link_close", "a", -1)


def _mention(state: StateInline, silent: bool) -> bool:
    found = _at_word_start(state, "@") and USERNAME.match(state.src, state.pos, state.posMax)
    return bool(found) and _take(state, silent, "mention", found[1].lower(), found[0])  # type: ignore[index]


def _tag(state: StateInline, silent: bool) -> bool:
    if not _at_word_start(state, "#"):
        return False
    start, end = state.pos + 1, state.pos + 1
    while end < state.posMax and is_tag_char(state.src[end]):
        end += 1
    if end - start > TAG_LENGTH or state.src[end : end + 1] == "#":
        return _pass_over(state, silent, end)
    name = tag_name(state.src[start:end])
    return _take(state, silent, "tag", name, state.src[state.pos : end]) if name else _pass_over(state, silent, end)


def _at_word_start(state: StateInline, sign: str) -> bool:
    """Whether ``sign`` stands here at the start of a word: not in an e-mail address, a path or a link."""
    here = state.pos
    if state.linkLevel or state.src[here] != sign:
        return False
    before = state.src[here - 1] if here else " "
    return not (is_tag_char(before) or before in "@#/&")


def _pass_over(state: StateInline, silent: bool, end: int) -> bool:
    """Take a long run as plain text at once, so that nobody reads it again."""
    if not silent:
        state.append_pending(state.src[state.pos : end])
    state.pos = end
    return True


def _take(state: StateInline, silent: bool, kind: str, name: str, raw: str) -> bool:
    if not silent:
        token = state.push(kind, "a", 0)
        token.content = raw
        token.meta = {"name": name}
    state.pos += len(raw)
    return True


# --- after the parsing ----------------------------------------------------------------------------------------------
def _honest_links(state: StateCore) -> None:
    """A link whose text is another site's address shows where it goes instead (S07)."""
    for block in state.tokens:
        if block.children:
            block.children = list(_honest(block.children))


def _honest(tokens: list[Token]) -> Iterator[Token]:
    opened: list[Token] = []
    for token in tokens:
        if opened or token.type == "link_open":
            opened.append(token)
        else:
            yield token
        if token.type == "link_close":
            yield from _told(opened)
            opened = []
    yield from opened


def _told(link: list[Token]) -> list[Token]:
    href = str(link[0].attrs.get("href", ""))
    text = "".join(token.content for token in link[1:-1]).strip()
    looks = HOST_LIKE.match(text)
    if looks is None or _same_host(looks[1], urlsplit(href).hostname or ""):
        return link
    said = Token("text", "", 0, content=href)
    return [link[0], said, link[-1]]


def _same_host(shown: str, real: str) -> bool:
    try:
        plain = shown.lower().encode("idna").decode()
    except UnicodeError:
        return False
    return plain.removeprefix("www.") == real.lower().removeprefix("www.")


def found_words(tokens: list[Token], kind: str) -> Iterator[tuple[str, str]]:
    """Yield ``(name, as typed without its sign)`` of each mention or tag, in order."""
    for block in tokens:
        for token in block.children or ():
            if token.type == kind:
                yield token.meta["name"], token.content[1:]


Rule = Callable[[Any, list[Token], int, Any, dict[str, Any]], str]
