"""Of what somebody may have so many of, they never have one more: not by two browsers at the same moment either."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils import timezone

from accounts.models import Invitation, User
from accounts.services.joining import create_invitation
from feeds.models import PeopleList
from feeds.services.lists import create_list
from posts.models import FeaturedTag, Filter, Pin, Post, ScheduledPost, TagFollow
from posts.services.filters import create_filter
from posts.services.pins import pin_post
from posts.services.schedule import schedule_post
from posts.services.tags import feature_tag, follow_tag
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
LATE = timezone.now() + timedelta(days=1)

Act = Callable[[User, int], object]
CAPS: list[tuple[str, type[models.Model], Act]] = [
    ("accounts.services.joining.OPEN_INVITATIONS", Invitation, lambda who, n: create_invitation(who)),
    ("feeds.services.lists.LISTS", PeopleList, lambda who, n: create_list(who, f"List {n}")),
    ("posts.services.filters.FILTERS", Filter, lambda who, n: create_filter(who, title=f"{n}", contexts=["home"])),
    ("posts.services.pins.PINS", Pin, lambda who, n: pin_post(who, Post.objects.order_by("pk")[n])),
    ("posts.services.schedule.IN_ALL", ScheduledPost, lambda who, n: schedule_post(who, due=LATE, text=f"{n}")),
    ("posts.services.tags.FOLLOWED_TAGS", TagFollow, lambda who, n: follow_tag(who, f"tag{n}")),
    ("posts.services.tags.FEATURED_TAGS", FeaturedTag, lambda who, n: feature_tag(who, f"tag{n}")),
]


@pytest.mark.parametrize(("cap", "kept", "act"), CAPS, ids=[model.__name__ for _cap, model, _act in CAPS])
def test_many_at_once_are_not_one_too_many(
    together: Callable[..., list[object]], monkeypatch: pytest.MonkeyPatch, cap: str, kept: type[models.Model], act: Act
) -> None:
    monkeypatch.setattr(cap, 2)
    alice = make.user("alice")
    for n in range(8):
        make.post(alice, f"#tag{n}")
    *outcomes, left = together(*[lambda n=n: act(alice, n) for n in range(8)], then=kept._default_manager.count)
    refused = [one for one in outcomes if isinstance(one, type)]
    assert (left, len(refused), {issubclass(one, ValidationError) for one in refused}) == (2, 6, {True})


def test_somebody_erased_meanwhile_has_no_turn() -> None:
    alice = make.user("alice")
    User.objects.filter(pk=alice.pk).delete()
    with pytest.raises(PermissionDenied):
        create_list(alice, "Neighbours")
