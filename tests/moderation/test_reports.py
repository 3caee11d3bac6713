"""Reports: by whom, about what, once."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Rule, Site, User
from accounts.services.joining import join_site
from accounts.signals import moderators_called
from core.ratelimit import forget_all
from moderation.desk import posts_in_sight
from moderation.models import Report
from moderation.services.acts import dismiss_report, reopen_report
from moderation.services.reports import report
from moderation.services.reports import report_post as send
from notifications.models import Notification
from posts.models import Visibility
from tests import make

SPAM = {"category": "spam", "comment": "The third today"}


def rows() -> list[tuple[object, ...]]:
    fields = ("reporter__username", "person__username", "post", "category", "comment", "excerpt", "status")
    return list(Report.objects.order_by("pk").values_list(*fields))


def test_somebody_who_sees_a_post_reports_it(client, bob, alice):
    post = make.post(alice, text="Buy *this*", spoiler="A tip", attachments=[make.image(alice, description="A watch")])
    client.force_login(bob)
    response = client.post(f"/posts/{post.pk}/report", SPAM)
    assert (response.status_code, response["Location"]) == (302, f"/posts/{post.pk}")
    excerpt = "A tip\n\nBuy *this*\n\nA watch"
    assert rows() == [("bob", "alice", post.pk, "spam", "The third today", excerpt, "open")]


def test_somebody_reports_a_person(client, bob, alice):
    client.force_login(bob)
    response = client.post("/@alice/report", SPAM)
    assert (response.status_code, response["Location"]) == (302, "/@alice")
    assert rows() == [("bob", "alice", None, "spam", "The third today", "", "open")]


@pytest.mark.parametrize("path", ["/posts/{}/report", "/@alice/report"])
def test_the_page_shows_what_is_reported(client, bob, alice, path):
    post = make.post(alice, text="Buy this")
    client.force_login(bob)
    response = client.get(path.format(post.pk))
    assert response.status_code == 200
    assert (b"Buy this" in response.content) == ("posts" in path)
    assert b"alice" in response.content


@pytest.mark.parametrize("path", ["/posts/{}/report", "/@alice/report"])
def test_anonymous_people_are_asked_to_sign_in(client, post, path):
    address = path.format(post.pk)
    response = client.post(address, SPAM)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=")
    assert rows() == []


def test_sending_it_twice_is_sending_it_once(client, bob, post):
    client.force_login(bob)
    for _ in range(2):
        assert client.post(f"/posts/{post.pk}/report", SPAM).status_code == 302
        assert client.post("/@alice/report", SPAM).status_code == 302
    assert len(rows()) == 2


def test_what_is_not_seen_cannot_be_reported(client, carol, dave, alice):
    hidden = make.post(alice, visibility=Visibility.FOLLOWERS)
    client.force_login(carol)
    missing = client.post("/posts/1/report", SPAM)
    assert client.post(f"/posts/{hidden.pk}/report", SPAM).status_code == missing.status_code == 404
    client.force_login(dave)
    assert client.post("/@alice/report", SPAM).status_code == 404
    assert client.get("/@nobody/report").status_code == 404
    assert rows() == []


def test_nobody_reports_themselves(client, alice, post):
    client.force_login(alice)
    assert client.get(f"/posts/{post.pk}/report").status_code == 403
    assert client.post("/@alice/report", SPAM).status_code == 403
    assert rows() == []


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"comment": "Kept"}, "Choose what comes closest."),
        ({"category": "nonsense", "comment": "Kept"}, "Choose what comes closest."),
        ({"category": "spam", "comment": "Kept" + "x" * 1000}, "at most 1000 characters"),
        ({"category": "spam", "comment": "Kept\0"}, "Null characters are not allowed."),
    ],
)
def test_an_error_stands_beside_the_field_and_keeps_the_text(client, bob, post, data, sentence):
    client.force_login(bob)
    response = client.post(f"/posts/{post.pk}/report", data)
    assert response.status_code == 400
    assert sentence in response.content.decode()
    assert "Kept" in response.content.decode()
    assert rows() == []


def test_the_moderators_are_called(bob, post, django_capture_on_commit_callbacks):
    calls: list[tuple[str, str, object]] = []

    def hear(about: User, why: str, post: object, **_: object) -> None:
        calls.append((about.username, why, post))

    moderators_called.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        send(bob, post, category="spam")
        send(bob, post, category="spam")
    moderators_called.disconnect(hear)
    assert calls == [("alice", "report", post)]


def test_too_many_reports_have_to_wait(client, bob, post, settings):
    settings.RATE_LIMITS = {"report": "1/hour"}
    forget_all()
    client.force_login(bob)
    statuses = [client.post(f"/posts/{post.pk}/report", SPAM).status_code for _ in range(2)]
    forget_all()
    assert statuses == [302, 429]


def test_names_in_addresses_may_be_written_large_and_nonsense_is_not_found(client, bob, alice):
    client.force_login(bob)
    statuses = [
        client.get(path).status_code
        for path in ("/@Alice/report", "/@al%20ice/report", "/posts/99999999999999999999/report")
    ]
    assert statuses == [200, 404, 404]


def test_the_moderators_hear_of_reports_and_of_people_at_the_door(
    mod, alice, bob, post, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        send(bob, post, category="spam")
        join_site(User(username="newcomer", email="new@example.org"), door=Site.Door.APPROVAL, reason="I bake bread")
    lines = Notification.objects.filter(user=mod).order_by("pk").values_list("kind", "actor__username")
    assert list(lines) == [("report", "bob"), ("signup", "newcomer")]
    assert not Notification.objects.filter(user=alice).exists()


def test_a_report_names_several_posts_and_the_rules_they_broke(bob, alice, carol, mod):
    posts = [make.post(alice, text=text) for text in ("Buy this", "And this")]
    rule = Rule.objects.create(text="No advertising")
    made = report(bob, alice, posts=posts, category="rules", comment="Twice", rules=[rule])
    assert (made.post_ids, list(made.rules.all()), made.excerpt) == (
        [post.pk for post in posts], [rule], "Buy this\n\n* * *\n\nAnd this"
    )  # fmt: skip
    assert report(bob, alice, posts=posts[:1], category="spam") == made
    with pytest.raises(PermissionDenied):
        report(bob, carol, posts=posts, category="spam")


def test_moderators_look_at_every_post_a_report_names(bob, alice):
    posts = [make.post(alice, visibility=Visibility.FOLLOWERS) for _ in range(3)]
    report(bob, alice, posts=posts[:2], category="spam")
    assert set(posts_in_sight()) == set(posts[:2])


def test_a_closed_report_is_opened_again_once(bob, alice, mod):
    made = report(bob, alice, category="spam")
    dismiss_report(mod, made, reason="Nothing")
    assert reopen_report(mod, made).kind == "reopen"
    made.refresh_from_db()
    assert (made.status, made.handled_by, made.handled_at) == ("open", None, None)
    with pytest.raises(ValidationError):
        reopen_report(mod, made)
    with pytest.raises(PermissionDenied):
        reopen_report(bob, made)


def test_a_report_is_not_opened_again_beside_its_twin(bob, post, mod):
    first = send(bob, post, category="spam")
    dismiss_report(mod, first, reason="Nothing")
    send(bob, post, category="spam")
    with pytest.raises(ValidationError):
        reopen_report(mod, first)


def test_a_report_names_house_rules_on_its_page(client, bob, post):
    rule, old = Rule.objects.create(text="No advertising", hint="Not even a little"), Rule.objects.create(text="Old")
    Rule.objects.filter(pk=old.pk).update(is_in_force=False)
    client.force_login(bob)
    page = client.get(f"/posts/{post.pk}/report").content.decode()
    assert ("No advertising" in page, "Old" in page) == (True, False)
    assert client.post(f"/posts/{post.pk}/report", SPAM | {"rules": [old.pk]}).status_code == 400
    assert client.post(f"/posts/{post.pk}/report", SPAM | {"rules": ["x"]}).status_code == 400
    assert client.post(f"/posts/{post.pk}/report", SPAM | {"rules": [2**70]}).status_code == 400
    client.post(f"/posts/{post.pk}/report", SPAM | {"rules": [rule.pk]})
    assert list(Report.objects.get().rules.all()) == [rule]
    assert "Not even a little" in client.get("/rules").content.decode()


def test_moderators_open_a_report_again_on_its_page(client, bob, alice, mod):
    made = report(bob, alice, category="spam")
    dismiss_report(mod, made, reason="Nothing")
    client.force_login(mod)
    address = f"/admin/decide/?kind=reopen&id={made.pk}"
    page = client.get(address)
    key = page.context["form"]["key"].value()
    client.post(address, {"key": key, "words": "It went on"})
    made.refresh_from_db()
    assert (made.status, made.actions.latest("pk").reason) == ("open", "It went on")
