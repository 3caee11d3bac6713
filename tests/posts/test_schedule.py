"""Posts that wait for their time, and are published once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import User
from core.ids import ids_from
from media.models import Attachment
from media.services.sweep import sweep_orphans
from posts.models import Post, QuotePolicy, ScheduledPost, Visibility
from posts.services import schedule
from posts.services.change import delete_post
from posts.services.erase import erase_person
from posts.services.polls import PollDraft
from posts.services.publish import publish_post
from posts.services.schedule import cancel_scheduled, change_scheduled, publish_due, reschedule_post, schedule_post
from tests import make

DAY = timedelta(days=1)


@pytest.fixture
def tomorrow() -> datetime:
    return timezone.now().replace(hour=12) + DAY


def let_time_pass() -> None:
    ScheduledPost.objects.update(due=timezone.now() - timedelta(seconds=1))


def test_it_is_published_when_its_time_has_come_once(alice: User, tomorrow: datetime) -> None:
    schedule_post(alice, due=tomorrow, text="Good morning", visibility=Visibility.UNLISTED, spoiler="Early")
    assert (publish_due(), Post.objects.count()) == (0, 0)
    let_time_pass()
    assert (publish_due(), publish_due(), ScheduledPost.objects.count()) == (1, 0, 0)
    post = Post.objects.get()
    assert (post.text, post.visibility, post.spoiler, post.author) == ("Good morning", 1, "Early", alice)
    assert timezone.now() - post.created < timedelta(minutes=1)


def test_everything_it_was_given_comes_along(alice: User, bob: User, post: Post, tomorrow: datetime) -> None:
    files = [make.image(alice, description="A"), make.image(alice, description="B")]
    poll = PollDraft(["Yes", "No"], DAY, is_multiple=True, hides_totals=True)
    schedule_post(
        alice, due=tomorrow, text="Yes", attachments=files, reply_to=post, poll=poll, language="en", is_sensitive=True,
        quote_of=make.post(bob), quote_policy=QuotePolicy.NOBODY,
    )  # fmt: skip
    let_time_pass()
    publish_due()
    made = Post.objects.get(reply_to=post)
    assert [place.attachment for place in made.post_attachments.order_by("position")] == files
    assert ([option.title for option in made.poll.options.all()], made.poll.is_multiple) == (["Yes", "No"], True)
    assert (made.language, made.is_sensitive, made.quote_of.author, made.quote_policy) == ("en", True, bob, 2)


def test_files_that_wait_are_neither_swept_nor_used_elsewhere(alice: User, tomorrow: datetime) -> None:
    with ids_from(timezone.now() - 2 * DAY):
        file, unused = make.image(alice), make.image(alice)
    schedule_post(alice, due=tomorrow, text="Later", attachments=[file])
    sweep_orphans()
    assert list(Attachment.objects.all()) == [file] != [unused]
    for again in (lambda: publish_post(alice, attachments=[file]),
                  lambda: schedule_post(alice, due=tomorrow, attachments=[file])):  # fmt: skip
        with pytest.raises(ValidationError, match="no longer there"):
            again()


@pytest.mark.parametrize(("ahead", "words"), [(timedelta(minutes=4), "five minutes"), (400 * DAY, "twelve months")])
def test_the_time_has_to_make_sense(alice: User, ahead: timedelta, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        schedule_post(alice, due=timezone.now() + ahead, text="Later")
    assert words in refused.value.message_dict["due"][0]


def test_only_so_many_wait(alice: User, tomorrow: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "A_DAY", 2)
    monkeypatch.setattr(schedule, "IN_ALL", 3)
    for due in (tomorrow, tomorrow, tomorrow + DAY):
        schedule_post(alice, due=due, text="Later")
    for due, words in ((tomorrow, "Up to 3"), (tomorrow + DAY, "Up to 3")):
        with pytest.raises(ValidationError, match=words):
            schedule_post(alice, due=due, text="Later")
    last = ScheduledPost.objects.get(due=tomorrow + DAY)
    with pytest.raises(ValidationError, match="one day"):
        reschedule_post(alice, last, tomorrow + timedelta(hours=1))


def test_what_could_not_be_published_now_is_not_kept(alice: User, bob: User, tomorrow: datetime) -> None:
    hidden = make.post(bob, visibility=Visibility.FOLLOWERS)
    for wrong in ({"text": ""}, {"text": "x" * 5001}, {"attachments": [make.image(bob)]}):
        with pytest.raises(ValidationError):
            schedule_post(alice, due=tomorrow, **wrong)
    with pytest.raises(PermissionDenied):
        schedule_post(alice, due=tomorrow, text="Look", quote_of=hidden)


def test_what_it_answers_may_be_gone_by_then(alice: User, bob: User, tomorrow: datetime) -> None:
    post = make.post(bob)
    schedule_post(alice, due=tomorrow, text="Yes", reply_to=post)
    schedule_post(alice, due=tomorrow, text="And this")
    delete_post(bob, post)
    let_time_pass()
    assert (publish_due(), publish_due()) == (1, 0)
    left = ScheduledPost.objects.get()
    assert (left.problem, left.text) == ("What it answers or quotes is no longer there for you.", "Yes")


def test_what_it_answers_may_be_erased_by_then(alice: User, bob: User, tomorrow: datetime) -> None:
    post = make.post(bob)
    schedule_post(alice, due=tomorrow, text="Yes", reply_to=post)
    post.delete()
    let_time_pass()
    assert (publish_due(), Post.objects.count()) == (0, 0)


def test_one_that_fails_does_not_hold_up_the_others(
    alice: User, tomorrow: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule_post(alice, due=tomorrow, text="One")
    schedule_post(alice, due=tomorrow, text="Two")
    let_time_pass()
    real = schedule.publish_post

    def failing(actor: User, **said: object) -> Post:
        if said["text"] == "One":
            raise RuntimeError
        return real(actor, **said)

    monkeypatch.setattr(schedule, "publish_post", failing)
    assert publish_due() == 1
    assert (Post.objects.get().text, "our side" in ScheduledPost.objects.get().problem) == ("Two", True)


def test_the_same_key_keeps_one(alice: User, tomorrow: datetime) -> None:
    one, two = (schedule_post(alice, due=tomorrow, text=text, idempotency_key="k") for text in ("One", "Two"))
    assert (one, ScheduledPost.objects.get().text) == (two, "One")
    assert publish_post(alice, text="Now", idempotency_key="k").text == "Now"


def test_it_can_be_changed_put_off_and_taken_back(alice: User, bob: User, tomorrow: datetime) -> None:
    file, other = make.image(alice), make.image(alice)
    scheduled = schedule_post(alice, due=tomorrow, text="One", attachments=[file], poll=PollDraft(["A", "B"], DAY))
    changed = change_scheduled(alice, scheduled, due=tomorrow + DAY, text="Two", attachments=[other, file])
    assert (changed.text, changed.due, changed.poll) == ("Two", tomorrow + DAY, None)
    assert [row.attachment for row in changed.files.order_by("position")] == [other, file]
    for act in (lambda: reschedule_post(bob, scheduled, tomorrow), lambda: cancel_scheduled(bob, scheduled)):
        with pytest.raises(PermissionDenied):
            act()
    cancel_scheduled(alice, scheduled)
    assert (ScheduledPost.objects.count(), publish_post(alice, attachments=[file]).attachments_count) == (0, 1)


def test_nothing_waits_for_whoever_has_left(alice: User, bob: User, tomorrow: datetime) -> None:
    schedule_post(alice, due=tomorrow, text="Later", attachments=[make.image(alice)])
    erase_person(alice)
    assert (ScheduledPost.objects.count(), Attachment.objects.count()) == (0, 0)


def test_whoever_is_suspended_publishes_nothing(alice: User, tomorrow: datetime) -> None:
    schedule_post(alice, due=tomorrow, text="Later")
    User.objects.update(is_active=False)
    let_time_pass()
    assert (publish_due(), Post.objects.count()) == (0, 0)
