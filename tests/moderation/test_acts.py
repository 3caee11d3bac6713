"""Decisions: done once, logged once, told without a name."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from accounts.signals import person_told
from moderation.models import Action, Report
from moderation.permissions import kinds_for_person, kinds_for_post
from moderation.services.acts import act, dismiss_report, send_away
from moderation.services.reports import report_post
from posts.models import Post
from posts.services.change import restore_post
from tests import make

Kind = Action.Kind


@pytest.fixture
def told(db: None):
    """What people are told: (name, text, post, actor)."""
    heard: list[tuple[str, str, Post | None, User | None]] = []

    def hear(about: User, text: str, post: Post | None, actor: User | None, **_: object) -> None:
        heard.append((about.username, text, post, actor))

    person_told.connect(hear)
    yield heard
    person_told.disconnect(hear)


def log() -> list[tuple[str, ...]]:
    return list(Action.objects.order_by("pk").values_list("kind", "moderator__username", "subject", "reason"))


PERSON_EFFECTS = [
    (Kind.WARN, {}, {"limited_at": False, "suspended_at": False, "is_active": True}),
    (Kind.LIMIT, {}, {"limited_at": True, "suspended_at": False, "is_active": True}),
    (Kind.SUSPEND, {}, {"limited_at": False, "suspended_at": True, "is_active": False}),
    (Kind.APPROVE, {"approved_at": None, "is_active": False}, {"approved_at": True, "is_active": True}),
]


@pytest.mark.parametrize(("kind", "before", "after"), PERSON_EFFECTS)
def test_an_act_on_a_person_works_and_is_logged_once(mod, kind, before, after):
    person = make.user("eve", **before)
    act(mod, kind, person=person, reason="Advertising")
    person.refresh_from_db()
    assert {name: bool(getattr(person, name)) for name in after} == after
    assert log() == [(kind, "mod", "@eve", "Advertising")]


def test_restoring_lifts_everything(mod, alice):
    act(mod, Kind.LIMIT, person=alice, reason="Much")
    act(mod, Kind.SUSPEND, person=alice, reason="Too much")
    act(mod, Kind.RESTORE, person=alice, reason="We talked")
    alice.refresh_from_db()
    assert (alice.is_active, alice.limited_at, alice.suspended_at) == (True, None, None)
    assert [kind for kind, *_ in log()] == ["limit", "suspend", "restore"]


def test_rejecting_erases_the_account_but_not_the_log(mod):
    person = make.user("eve", approved_at=None, is_active=False)
    act(mod, Kind.REJECT, person=person, reason="No answer")
    assert not User.objects.filter(username="eve").exists()
    assert log() == [("reject", "mod", "@eve", "No answer")]


POST_EFFECTS = [
    (Kind.HIDE, (True, False, False)),
    (Kind.SENSITIVE, (False, True, False)),
    (Kind.DELETE, (True, False, True)),
]


@pytest.mark.parametrize(("kind", "after"), POST_EFFECTS)
def test_an_act_on_a_post_works_and_is_logged_once(mod, alice, kind, after):
    post = make.post(alice, attachments=[make.image(alice)])
    act(mod, kind, post=post, reason="House rule 2")
    post.refresh_from_db()
    assert (bool(post.hidden_at), post.is_sensitive, bool(post.deleted_at)) == after
    assert log() == [(kind, "mod", "@alice", "House rule 2")]


def test_a_hidden_post_comes_back(mod, alice, bob, post):
    act(mod, Kind.HIDE, post=post, reason="A mistake")
    assert not Post.objects.visible_to(bob).filter(pk=post.pk).exists()
    act(mod, Kind.UNHIDE, post=post, reason="It was one")
    assert Post.objects.visible_to(bob).filter(pk=post.pk).exists()


def test_an_author_cannot_bring_back_what_moderators_deleted(mod, alice, bob, post):
    act(mod, Kind.DELETE, post=post, reason="Insult")
    post.refresh_from_db()
    with suppress(PermissionDenied):  # whether the attempt is refused or in vain, nothing comes back
        restore_post(alice, post)
    assert not Post.objects.visible_to(alice).filter(pk=post.pk).exists()


@pytest.mark.parametrize("rank", ["mod", "fellow", "owner"])
def test_moderators_do_not_judge_equals_or_the_owner(mod, rank):
    target = {"mod": lambda: mod, "fellow": lambda: make.moderator("fellow"), "owner": make.owner}[rank]()
    with pytest.raises(PermissionDenied):
        act(mod, Kind.SUSPEND, person=target, reason="Because")
    with pytest.raises(PermissionDenied):
        act(mod, Kind.HIDE, post=make.post(target), reason="Because")
    assert (log(), User.objects.get(pk=target.pk).suspended_at) == ([], None)


def test_the_owner_judges_moderators(mod):
    act(make.owner(), Kind.LIMIT, person=mod, reason="Too strict")
    mod.refresh_from_db()
    assert mod.limited_at is not None


def test_members_and_staff_without_the_right_do_nothing(alice, carol):
    clerk = make.user("clerk", is_staff=True)
    for actor in (alice, clerk):
        with pytest.raises(PermissionDenied):
            act(actor, Kind.SUSPEND, person=carol, reason="Because")
    assert log() == []


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 1001])
def test_a_reason_is_needed(mod, alice, reason):
    with pytest.raises(ValidationError) as raised:
        act(mod, Kind.SUSPEND, person=alice, reason=reason)
    alice.refresh_from_db()
    assert list(raised.value.message_dict) == ["reason"]
    assert (alice.is_active, log()) == (True, [])


def test_a_second_decision_that_changes_nothing_is_refused(mod, alice):
    act(mod, Kind.SUSPEND, person=alice, reason="Once")
    with pytest.raises(ValidationError):
        act(mod, Kind.SUSPEND, person=alice, reason="Twice")
    assert len(log()) == 1


def test_an_act_that_does_not_fit_its_target_is_refused(mod, alice, post):
    with pytest.raises(ValidationError):
        act(mod, Kind.SUSPEND, post=post, reason="Because")
    with pytest.raises(ValidationError):
        act(mod, Kind.HIDE, person=alice, reason="Because")
    with pytest.raises(ValidationError):
        act(mod, Kind.APPOINT, person=alice, reason="Because")
    assert log() == []


def test_a_report_about_somebody_else_is_not_closed(mod, alice, bob, carol, post):
    report = report_post(bob, post, category="spam")
    with pytest.raises(ValidationError):
        act(mod, Kind.SUSPEND, person=carol, reason="Because", report=report)
    report.refresh_from_db()
    assert (report.is_open, log()) == (True, [])


def test_people_are_told_why_but_not_by_whom(mod, alice, post, told, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        act(mod, Kind.HIDE, post=post, reason="House rule 2")
    text = "One of your posts was hidden.\n\n“Good morning”\n\nHouse rule 2"
    assert told == [("alice", text, post, None)]
    mail = DBTaskResult.objects.get()
    assert mail.args_kwargs["args"] == ["alice@example.org", "Polylog: One of your posts was hidden.", text]
    assert "mod" not in str(mail.args_kwargs)


def test_people_are_told_in_their_language_else_in_that_of_the_site(mod, alice):
    from moderation.words import message_for

    alice.language = "de"
    action = act(mod, Kind.WARN, person=alice, reason="Bitte nicht")
    assert message_for(action, alice).text.endswith("\n\nBitte nicht")


def test_the_suspended_get_mail_only(mod, alice, told, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        act(mod, Kind.SUSPEND, person=alice, reason="Insults")
    assert told == []
    assert DBTaskResult.objects.get().args_kwargs["args"][0] == "alice@example.org"


def test_an_act_closes_the_report_and_thanks_who_sent_it(
    mod, alice, bob, carol, post, told, django_capture_on_commit_callbacks
):
    report, other = report_post(bob, post, category="spam"), report_post(carol, post, category="abuse")
    with django_capture_on_commit_callbacks(execute=True):
        act(mod, Kind.HIDE, post=post, reason="Advertising", report=report)
    rows = Report.objects.order_by("pk").values_list("status", "handled_by__username")
    assert list(rows) == [("resolved", "mod")] * 2
    assert sorted(name for name, *_ in told) == ["alice", "bob", "carol"]
    assert Action.objects.get().report_id == report.pk
    other.refresh_from_db()
    assert other.handled_at is not None


def test_a_limit_leaves_other_reports_open(mod, alice, bob, carol, post):
    mine = report_post(bob, post, category="spam")
    report_post(carol, make.post(alice), category="spam")
    act(mod, Kind.LIMIT, person=alice, reason="Quiet down", report=mine)
    assert list(Report.objects.order_by("pk").values_list("status", flat=True)) == ["resolved", "open"]


def test_dismissing_is_logged_and_happens_once(mod, alice, bob, post):
    report = report_post(bob, post, category="rules")
    dismiss_report(mod, report, reason="Within the rules")
    with pytest.raises(ValidationError):
        dismiss_report(mod, report, reason="Again")
    report.refresh_from_db()
    assert report.status == Report.Status.DISMISSED
    assert log() == [("dismiss", "mod", "@alice", "Within the rules")]


def test_moderators_do_not_dismiss_reports_about_themselves(mod, bob):
    report = report_post(bob, make.post(mod), category="abuse")
    with pytest.raises(PermissionDenied):
        dismiss_report(mod, report, reason="Nothing to see")
    report.refresh_from_db()
    assert report.is_open


def test_only_the_owner_sends_people_away(mod, alice):
    with pytest.raises(PermissionDenied):
        send_away(mod, alice, reason="Gone")
    send_away(make.owner(), alice, reason="Asked by mail")
    alice.refresh_from_db()
    assert (alice.is_active, alice.leaving_at is not None) == (False, True)
    assert log() == [("erase", "owner", "@alice", "Asked by mail")]


def test_the_log_is_only_added_to(mod, alice):
    action = act(mod, Kind.WARN, person=alice, reason="First")
    action.reason = "Second"
    with pytest.raises(TypeError):
        action.save()
    with pytest.raises(TypeError):
        action.delete()
    assert log() == [("warn", "mod", "@alice", "First")]


def test_what_makes_sense_now(mod, alice, post):
    assert kinds_for_person(alice) == ["warn", "limit", "suspend"]
    assert kinds_for_post(post) == ["hide", "delete"]
    act(mod, Kind.SUSPEND, person=alice, reason="Insults")
    alice.refresh_from_db()
    assert kinds_for_person(alice) == ["restore"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_the_same_at_once_one_does(monkeypatch) -> None:
    post, mods, both_looked = make.post(make.user("alice")), [make.moderator("one"), make.moderator("two")], Barrier(2)

    def look(post: Post) -> list[str]:
        found = kinds_for_post(post)
        with suppress(BrokenBarrierError):  # the other cannot look before this one has decided
            both_looked.wait(timeout=0.5)
        return found

    def hide(moderator: User) -> bool:
        try:
            act(moderator, Kind.HIDE, post=post, reason="Not here")
        except ValidationError:
            return False
        finally:
            connections.close_all()
        return True

    monkeypatch.setattr("moderation.services.acts.kinds_for_post", look)
    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(hide, mods)) == [False, True]
