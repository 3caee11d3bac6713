"""Deleting a row asks every table that may name it; none of them may be read from end to end for that."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db.models import ForeignKey, Q

NAMING = [
    field
    for model in apps.get_models()
    for field in model._meta.local_fields
    if isinstance(field, ForeignKey) and not (field.db_index or field.unique)
]


@pytest.mark.parametrize("field", NAMING, ids=str)
def test_rows_that_name_another_are_found_by_an_index(field: ForeignKey) -> None:
    options = field.model._meta
    fits = [
        one.name
        for one in [*options.indexes, *options.constraints]
        if (getattr(one, "fields", None) or ("",))[0] == field.name
        and one.condition in (None, Q(**{f"{field.name}__isnull": False}))
    ]
    assert fits, f"{field} has no index of its own"
