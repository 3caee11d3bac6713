"""A question to the index, after it was understood."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from core.ids import MAX_ID


class Term(NamedTuple):
    """Words that follow each other, or one fact; ``is_begun`` where the last one may go on."""

    words: tuple[str, ...]
    is_begun: bool = False


Group = tuple[Term, ...]
"""Of these, one has to be there."""

Part = tuple[str, list[Any]]
"""A piece of SQL and its parameters."""


@dataclass(frozen=True)
class Span:
    """Which part of all hits: ids between two bounds (exclusive), ``limit`` of them, from above or from below."""

    above: int
    below: int
    upward: bool
    limit: int

    @property
    def is_empty(self) -> bool:
        """Whether no id lies within."""
        return self.above + 1 >= self.below

    @property
    def order(self) -> str:
        """The order of ids that begins at the near end, in SQL."""
        return "ASC" if self.upward else "DESC"

    def until(self, pk: int) -> Span:
        """Return the part on this side of an id."""
        return replace(self, below=pk) if self.upward else replace(self, above=pk)

    def through(self, pk: int) -> Span:
        """Return the part up to an id, with it."""
        return self.until(pk + 1 if self.upward else pk - 1)

    def beyond(self, pk: int) -> Span:
        """Return the part on the other side of an id."""
        return replace(self, above=pk) if self.upward else replace(self, below=pk)


@dataclass(frozen=True)
class Query:
    """What posts have to have, and must not have."""

    wanted: tuple[Group, ...] = ()
    unwanted: tuple[Term, ...] = ()
    kept: frozenset[str] = frozenset()
    """Only what the viewer has among these: ``bookmarks``, ``likes``."""
    above: int = 0
    below: int = MAX_ID
    """Ids lie between these two, exclusive."""
    names_people: bool = False
    """Whether it asks for certain people, so that it does not matter whom the viewer has muted."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return self == Query()

    @property
    def words(self) -> tuple[Term, ...]:
        """What is looked for in the text, for marking it there."""
        return tuple(term for group in self.wanted for term in group if not term.words[0].startswith("_"))

    def and_any(self, *facts: str) -> Query:
        """Return the same question, asking for one of these facts besides."""
        return replace(self, wanted=(*self.wanted, tuple(Term((fact,)) for fact in facts)))

    def without(self, *facts: str) -> Query:
        """Return the same question, without what has one of these facts."""
        return replace(self, unwanted=(*self.unwanted, *(Term((fact,)) for fact in facts)))
