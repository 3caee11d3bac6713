"""The demo: twelve people, sixty posts, all through the services; small, licensed, and never over somebody's site."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Q

from accounts.models import Follow, FollowRequest, User
from community.demo.build import build
from community.demo.story import FILES, HERE, read_story
from core.ids import moment_of
from media.models import Attachment, State
from moderation.models import Action, Report
from posts.models import Like, Post, Visibility
from tests import make


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo, brought in once for all tests of this file."""
    from django.conf import settings
    from django.db import transaction

    kept = settings.MEDIA_ROOT
    with django_db_blocker.unblock():
        settings.MEDIA_ROOT = tmp_path_factory.mktemp("demo") / "uploads"
        atom = transaction.atomic()
        atom.__enter__()
        yield build("correct horse battery", on_empty_site=True)
        transaction.set_rollback(True)
        atom.__exit__(None, None, None)
        settings.MEDIA_ROOT = kept


def test_it_has_twelve_people_with_their_roles(town):
    assert User.objects.count() == 12
    assert list(User.objects.filter(is_superuser=True).values_list("username", flat=True)) == ["lena"]
    assert sorted(User.objects.filter(is_staff=True).values_list("username", flat=True)) == ["lena", "noor"]
    assert list(User.objects.filter(is_locked=True).values_list("username", flat=True)) == ["sofie"]
    assert User.objects.exclude(avatar=None).count() == 11
    assert User.objects.get(username="mira").check_password("correct horse battery")


def test_its_posts_are_of_every_kind(town):
    posts = Post.objects.filter(reply_to=None, share_of=None)
    assert posts.count() == 60
    assert dict(posts.values_list("visibility").annotate(n=Count("pk"))) == {
        Visibility.PUBLIC: 55, Visibility.UNLISTED: 1, Visibility.FOLLOWERS: 3, Visibility.DIRECT: 1,
    }  # fmt: skip
    assert set(posts.values_list("language", flat=True)) == {"en", "de"}
    assert posts.exclude(quote_of=None).count() == 2
    assert Post.objects.exclude(share_of=None).count() == sum(len(said.shares) for said in town.story.posts)
    assert max(posts.values_list("comments_count", flat=True)) >= 40


def test_its_files_are_ready_and_described(town):
    kinds = dict(Attachment.objects.filter(purpose="post").values_list("kind").annotate(n=Count("pk")))
    assert set(Attachment.objects.values_list("state", flat=True)) == {State.READY}
    assert (kinds["audio"], kinds["video"]) == (3, 3)
    assert not Attachment.objects.filter(purpose="post", description="").exists()


def test_its_counters_equal_its_rows(town):
    for post in Post.objects.annotate(likers=Count("likes", distinct=True), answers=Count("replies", distinct=True)):
        assert (post.likes_count, post.replies_count) == (post.likers, post.answers)
    for person in User.objects.all():
        assert person.followers_count == Follow.objects.filter(followee=person).count()
        assert person.posts_count == Post.objects.filter(author=person, reply_to=None).count()


def test_its_moments_are_in_order_and_none_is_to_come(town):
    newest = max(moment_of(pk) for pk in Post.objects.values_list("pk", flat=True))
    assert newest < town.now
    assert not Post.objects.filter(
        Q(reply_to__gte=F("pk")) | Q(share_of__gte=F("pk")) | Q(quote_of__gte=F("pk"))
    ).exists()
    assert not Like.objects.filter(pk__lte=F("post")).exists()


def test_something_waits_for_the_moderator(town):
    assert list(Report.objects.values_list("person__username", "status")) == [("ben", "open")]
    assert list(Action.objects.order_by("pk").values_list("kind", flat=True)) == ["appoint", "warn"]
    assert FollowRequest.objects.filter(followee__username="sofie").count() == 2


def test_every_file_is_small_and_has_its_licence():
    notes = (HERE / "LICENSES.md").read_text()
    noted = set(re.findall(r"`([\w.-]+)`", notes))
    others = {f"face-{name}.webp" for name in ("noor", "mira", "theo", "aylin", "priya", "hannes", "ben")}
    assert {path.name for path in FILES.iterdir()} - noted - others == set()
    assert sum(path.stat().st_size for path in FILES.iterdir()) < 3_000_000


def test_every_file_is_used_and_every_name_exists():
    story = read_story()
    used = {name for said in story.posts for name, _what in said.files}
    used |= {name for resident in story.people for name in (resident.face, resident.header) if name}
    names = {resident.name for resident in story.people}
    assert used == {path.name for path in FILES.iterdir()}
    assert {said.by for said in [*story.posts, *story.comments]} == names


@pytest.mark.django_db
def test_it_refuses_a_site_where_people_live():
    make.user("somebody")
    with pytest.raises(CommandError, match="People live here already"):
        call_command("demo", stdout=StringIO())
    make.user("lena")
    with pytest.raises(CommandError, match="lena already"):
        call_command("demo", "--force", stdout=StringIO())
    assert User.objects.count() == 2


@pytest.mark.django_db
def test_a_second_time_it_says_what_it_said(settings):
    Path(settings.DATA_DIR, "demo-logins.txt").write_text("lena: fern-oak")
    out = StringIO()
    call_command("demo", stdout=out)
    assert ("fern-oak" in out.getvalue(), User.objects.count()) == (True, 0)


@pytest.mark.django_db
def test_the_chores_can_be_done_by_hand(alice, post):
    out = StringIO()
    call_command("tidy", stdout=out)
    assert "erase_deleted: done" in out.getvalue()
    assert Post.objects.filter(pk=post.pk).exists()
