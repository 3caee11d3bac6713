"""The cleaner that every piece of people's HTML passes last, and HTML turned back into words."""

import re
from html.parser import HTMLParser
from typing import Final

import nh3

REL: Final = "noopener nofollow ugc"
TAGS: Final = {
    "p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a",
    "h3", "h4", "h5", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
OURS = re.compile(r"/@[a-z0-9_]{1,30}\Z|/tags/[A-Za-z0-9_.~%-]+\Z")

# Tags that end a line of words, and those whose end parts two words on one line.
BREAKS = {"p", "br", "hr", "pre", "blockquote", "li", "h3", "h4", "h5", "tr", "ul", "ol", "table"}
CELLS = {"td", "th"}


def clean(html: str) -> str:
    """Return ``html`` with our tags only; links are whole (http, https, mailto) or lead to our people and tags."""
    return _cleaner.clean(html)


_cleaner = nh3.Cleaner(
    tags=set(TAGS),
    attributes={"a": {"href"}, "ol": {"start"}},
    tag_attribute_values={"a": {"rel": {REL}}},
    allowed_classes={"a": {"mention", "tag"}},
    link_rel=None,
    url_schemes={"http", "https", "mailto"},
    url_relative=lambda url: url if OURS.match(url) else None,
)


class _Words(HTMLParser):
    """Collects the words of cleaned HTML, line by line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.in_pre = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a new line where the page would."""
        self.in_pre = self.in_pre or tag == "pre"
        if tag in BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End a line or a cell where the page would."""
        self.in_pre = self.in_pre and tag != "pre"
        if tag in BREAKS:
            self.parts.append("\n")
        elif tag in CELLS:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        """Keep the words; a line's end counts in preformatted text only."""
        self.parts.append(data if self.in_pre else data.replace("\n", " "))


def plain_text(html: str) -> str:
    """Return the words of cleaned HTML: one line for each line on the page, no empty ones."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


def excerpt(html: str, length: int = 160) -> str:
    """Return the words of cleaned HTML on one line, at most ``length`` characters, ended at a word by "…"."""
    return shorten(" ".join(plain_text(html).split("\n")), length)


def title_of(html: str, length: int = 60) -> str:
    """Return the first line of cleaned HTML as a title of at most ``length`` characters; empty without words."""
    return shorten(plain_text(html).partition("\n")[0], length)


def shorten(words: str, length: int) -> str:
    """Return ``words`` cut to ``length`` characters, at the end of a word where there is one in the second half."""
    if len(words) <= length:
        return words
    cut = words[: length - 1]
    at_word = cut if words[length - 1].isspace() else cut.rpartition(" ")[0]
    kept = at_word if len(at_word) * 2 >= length else cut
    return kept.rstrip(" ,;:.–—-") + "…"
