"""Queries whose SQL is made once and asked often.

Django builds and compiles a query anew each time it is asked. For a query with our rule of visibility that takes 5 ms,
ten times what the database needs to answer it. A ``Prepared`` query is built once, with placeholders where its values
will stand; later only the values are filled in. The rule itself stays where it is written: in the QuerySet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.base import ModelState
from django.db.models.signals import post_init, pre_init
from django.db.models.sql.compiler import SQLCompiler

# Placeholders are numbers no row has, one for each place.
_FIRST = -(2**63) + 1_000_000
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_SIZES = (1, 20, 80)  # how many ids one statement takes; the rest of its places stay empty
_NOBODY = 0

Value = int | str
M = TypeVar("M", bound=models.Model)


def person_at(model: type[M], placeholder: int) -> M:
    """Return a row of ``model`` of which only the key is known: a placeholder.

    A query that looked at anything else of it while being built would depend on who asks, and must not be prepared:
    reading another field looks for a row that is not there, and raises DoesNotExist.
    """
    return model.from_db("default", ["id"], [placeholder])


def slotted(ids: Sequence[int]) -> Iterator[list[int]]:
    """Yield the ids in parts, each filled up to one of a few lengths, so that few statements serve any number."""
    for start in range(0, len(ids), _SIZES[-1]):
        part = ids[start : start + _SIZES[-1]]
        size = next(size for size in _SIZES if size >= len(part))
        yield [*part, *[_NOBODY] * (size - len(part))]


class Prepared:
    """A query built by ``build`` from ``slots`` placeholders; asked with as many numbers, or texts.

    ``anew`` is for a query whose best plan depends on its values, as where one person has ten followers and the next
    ten thousand: PostgreSQL then plans it each time, which costs half a millisecond and may save ten.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Any]], slots: int, *, anew: bool = False) -> None:
        self._build, self._slots, self._anew = build, slots, anew
        self._made: dict[str, _Made] = {}

    def objects(self, *values: Value) -> list[Any]:
        """Return the model instances, with what ``select_related`` and ``annotate`` add; no prefetching."""
        made = self._get()
        return made.instances(made.ask(values))

    def object_of(self, row: tuple[Any, ...]) -> Any:
        """Return the model instance that a row of ``rows`` is."""
        return self._get().instances([row])[0]

    def keys(self, *values: Value) -> list[int]:
        """Return the first column of each row."""
        return [row[0] for row in self.rows(*values)]

    def rows(self, *values: Value) -> list[tuple[Any, ...]]:
        """Return the rows as the database gives them."""
        return self._get().ask(values)

    def sql(self, *values: Value) -> tuple[str, list[Any]]:
        """Return the statement and its parameters, to be a part of another."""
        made = self._get()
        return made.statement, made.fill(values)

    def _get(self) -> _Made:
        made = self._made.get(connection.vendor)
        if made is None:
            made = self._made[connection.vendor] = self._make()
        return made

    def _make(self) -> _Made:
        numbers = range(_FIRST, _FIRST + self._slots)
        places: dict[Value, int] = {value: n for n, number in enumerate(numbers) for value in (number, str(number))}
        compiler = self._build(*numbers).query.get_compiler(connection=connection)
        statement, parameters = compiler.as_sql()
        if any(map(_is_moment, parameters)):
            raise ValueError("This query has a moment in it that would never pass. Let the database say Now().")
        made = _Made(compiler, *_with_constants(statement, parameters, places), self._anew)
        if {slot for _, slot in made.slots} != set(range(self._slots)):
            raise ValueError("A value of this query does not stand in its SQL, so it cannot be prepared.")
        return made


def _with_constants(
    statement: str, parameters: Sequence[Any], places: dict[Value, int]
) -> tuple[str, list[Any], list[tuple[int, int]]]:
    """Write numbers that never change into the statement, so that a planner knows which indexes they allow.

    Returns the statement, its other parameters, and where among these the values of the slots stand.
    """
    pieces = statement.split("%s")
    written, kept, slots = [pieces[0]], list[Any](), list[tuple[int, int]]()
    for value, piece in zip(parameters, pieces[1:], strict=True):
        if isinstance(value, (int, str)) and value in places:
            slots.append((len(kept), places[value]))
        if isinstance(value, int) and value not in places:
            literal = str(value).upper() if isinstance(value, bool) else str(int(value))
            written.append(literal + piece)
        else:
            kept.append(value)
            written.append("%s" + piece)
    return "".join(written), kept, slots


def fetch(statement: str, parameters: Sequence[Any], *, anew: bool = False) -> list[tuple[Any, ...]]:
    """Return the rows of a statement that is asked often: it should have few forms."""
    with _cursor(anew=anew) as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def run(statement: str, parameters: Sequence[Any]) -> int:
    """Make a change that is made often; returns how many rows it touched."""
    with _cursor(anew=False) as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def _cursor(*, anew: bool) -> Any:
    """Return a cursor; where the settings allow it (``prepare_threshold``), PostgreSQL keeps the plan as well.

    Planning our rule of visibility takes it 1 ms, three times what answering takes.
    """
    connection.ensure_connection()
    if connection.vendor != "postgresql" or connection.connection.prepare_threshold is None:
        return connection.cursor()
    from core.planned import AnewCursor, PlannedCursor  # need psycopg, which a site on SQLite may lack

    kind = AnewCursor if anew else PlannedCursor
    return connection._prepare_cursor(kind(connection.connection))  # type: ignore[attr-defined]


def _is_moment(value: Any) -> bool:
    return isinstance(value, date) or (isinstance(value, str) and bool(_DATE.match(value)))


@dataclass
class _Made:
    """A compiled statement, and how its rows become objects."""

    compiler: SQLCompiler
    statement: str
    parameters: list[Any]
    slots: list[tuple[int, int]]
    anew: bool

    def fill(self, values: Sequence[Value]) -> list[Any]:
        filled = self.parameters.copy()
        for at, slot in self.slots:
            filled[at] = values[slot]
        return filled

    def ask(self, values: Sequence[Value]) -> list[tuple[Any, ...]]:
        return fetch(self.statement, self.fill(values), anew=self.anew)

    def instances(self, rows: list[tuple[Any, ...]]) -> list[models.Model]:
        """Make objects of rows as Django's ModelIterable does."""
        annotations = list((self.compiler.annotation_col_map or {}).items())
        found = []
        for row in map(self._converted, rows):
            made = self._maker.make(row)
            for name, at in annotations:
                setattr(made, name, row[at])
            found.append(made)
        return found

    @cached_property
    def _maker(self) -> _Maker:
        return _Maker(self.compiler.klass_info, self.compiler.select)

    @cached_property
    def _converters(self) -> list[tuple[int, list[Callable[..., Any]], Any]]:
        """What turns the database's values into Python's: places of a row, functions, columns."""
        columns = [column[0] for column in self.compiler.select[: self.compiler.col_count]]
        found = self.compiler.get_converters(columns)
        return [(at, functions, column) for at, (functions, column) in found.items()]

    def _converted(self, row: tuple[Any, ...]) -> list[Any]:
        values = list(row)
        for at, functions, column in self._converters:
            for function in functions:
                values[at] = function(values[at], column, connection)
        return values


class _Maker:
    """Makes objects of one model from its part of a row, with those that ``select_related`` hangs on them.

    ``Model.__init__`` looks at every field of every object and at the listeners of two signals: a page with 60
    comments, which are 240 objects, spent 1.5 ms there. Here the columns become the object's attributes at once.
    """

    def __init__(self, info: Any, select: Any) -> None:
        self.model: type[models.Model] = info["model"]
        _refuse_unless_plain(self.model, from_parent=info.get("from_parent"))
        self.start, self.end = info["select_fields"][0], info["select_fields"][-1] + 1
        self.names = [column[0].target.attname for column in select[self.start : self.end]]
        self.key = self.start + self.names.index(self.model._meta.pk_fields[0].attname)
        self.related = [
            (_Maker(below, select), below["local_setter"], below["remote_setter"])
            for below in info.get("related_klass_infos", ())
        ]

    def make(self, row: list[Any]) -> models.Model:
        made = self.model.__new__(self.model)
        made.__dict__.update(zip(self.names, row[self.start : self.end], strict=True))
        made._state = state = ModelState()
        state.db, state.adding, state.fields_cache = DEFAULT_DB_ALIAS, False, {}
        for maker, attach, attach_back in self.related:
            other = None if row[maker.key] is None else maker.make(row)
            attach(made, other)
            if other is not None:
                attach_back(other, made)
        return made


def _refuse_unless_plain(model: type[models.Model], *, from_parent: bool) -> None:
    """Raise ValueError for a model whose objects need more than their columns to come into being."""
    bases = [vars(base) for base in model.__mro__ if base not in {models.Model, object}]
    own_ways = any("__init__" in base or "from_db" in base for base in bases)
    if own_ways or from_parent or pre_init.has_listeners(model) or post_init.has_listeners(model):
        raise ValueError(f"{model.__name__} does something when it is made, so its queries cannot be prepared.")
