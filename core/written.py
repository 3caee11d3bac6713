"""Writes whose SQL is made once: a new row, and counters that move.

What ``core/prepared.py`` does for questions. Django builds an INSERT anew for each row it saves, and for "unless it is
there" asks first, sets a savepoint, inserts, and lets the savepoint go: four statements where the database needs one.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.signals import post_save, pre_save

from core.prepared import run


def insert(row: models.Model, *, unless_there: bool = False) -> bool:
    """Insert a new row; returns whether it is there now, which without ``unless_there`` is so or raises IntegrityError.

    With it, a row that a unique constraint refuses is left out without a word, whoever came first.
    """
    statement, fields = _insertion(type(row), unless_there)
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    is_new = run(statement, values) == 1
    if is_new:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return is_new


def bump(model: type[models.Model], pk: int, **by: int) -> None:
    """Add to counters of one row."""
    run(_addition(model, tuple(by)), [*by.values(), pk])


@cache
def _insertion(model: type[models.Model], unless_there: bool) -> tuple[str, list[models.Field[Any, Any]]]:
    if pre_save.has_listeners(model) or post_save.has_listeners(model) or model._meta.parents:
        raise ValueError(f"{model.__name__} does something when it is saved, so it has to be saved.")
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    names = ", ".join(_quoted(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    rest = " ON CONFLICT DO NOTHING" if unless_there else ""
    return f"INSERT INTO {_quoted(model._meta.db_table)} ({names}) VALUES ({marks}){rest}", fields  # noqa: S608


@cache
def _addition(model: type[models.Model], names: tuple[str, ...]) -> str:
    columns = [_quoted(str(model._meta.get_field(name).column)) for name in names]  # type: ignore[union-attr]
    changes = ", ".join(f"{column} = {column} + %s" for column in columns)
    return f"UPDATE {_quoted(model._meta.db_table)} SET {changes} WHERE id = %s"  # noqa: S608


def _quoted(name: str) -> str:
    return f'"{name}"'  # as both databases have it
