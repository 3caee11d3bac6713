"""Asking the index as somebody."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import User
from posts.models import Post
from search.find import find_ids
from search.language import read_query


@pytest.fixture
def found(db: None) -> Callable[..., list[str]]:
    """What somebody finds: the texts of the posts, newest first."""

    def find(words: str, viewer: User | None = None) -> list[str]:
        ids = find_ids(read_query(words, viewer), viewer)
        texts = dict(Post.objects.filter(pk__in=ids).values_list("pk", "text"))
        return [texts[pk] for pk in ids]

    return find
