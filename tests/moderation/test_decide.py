"""From the report to the decision, as a moderator does it: one door, one page, one row in the log (S17, S18)."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Site, User
from accounts.site import forget_site
from moderation.decide import address_of
from moderation.models import Action, Report
from moderation.services.reports import report_post
from moderation.services.team import RIGHTS, appoint_moderator, moderators
from posts.models import Post, Visibility
from tests import make


@pytest.fixture
def owner(db: None) -> User:
    return make.owner()


@pytest.fixture
def maria(owner: User) -> User:
    """A moderator as the owner makes one: by the group, with nothing else."""
    person = make.user("maria")
    appoint_moderator(owner, person, reason="Trusted")
    Action.objects.all()._raw_delete("default")
    return person


@pytest.fixture
def desk(maria: User) -> Client:
    client = Client()
    client.force_login(maria)
    return client


def send(client: Client, address: str, **data: str) -> int:
    """Open the page, fill it in and send it."""
    page = client.get(address).content.decode()
    key = re.search(r'name="key" value="([0-9a-f-]{36})"', page)
    return client.post(address, {"key": key[1] if key else "", "words": "Because", **data}).status_code


def log() -> list[tuple[str, ...]]:
    return list(Action.objects.order_by("pk").values_list("kind", "moderator__username", "subject", "reason"))


def test_from_the_report_to_the_suspension(client, desk, alice, bob, maria):
    """S18: report, open it, suspend; then an open session, the page and the posts are gone."""
    post = make.post(alice, text="Buy this")
    client.force_login(bob)
    client.post(f"/posts/{post.pk}/report", {"category": "spam"})
    session = Client()
    session.force_login(alice)
    assert session.get("/@bob/report").status_code == 200
    report = Report.objects.get()
    page = desk.get(reverse("admin:moderation_report_change", args=[report.pk])).content.decode()
    assert "Buy this" in page
    assert (
        address_of("suspend", [alice], report=report, back=f"/admin/moderation/report/{report.pk}/change/").replace(
            "&", "&amp;"
        )
        in page
    )
    assert send(desk, address_of("suspend", [alice], report=report)) == 302
    report.refresh_from_db()
    assert (report.status, report.handled_by, log()) == ("resolved", maria, [("suspend", "maria", "@alice", "Because")])
    assert session.get("/@bob/report").status_code == 302
    assert client.get(f"/posts/{post.pk}").status_code == client.get("/@alice").status_code == 404
    assert not Post.objects.visible_to(bob).exists()


def test_the_door_is_the_site_s_own(client, owner):
    response = client.get("/admin/login/?next=/admin/moderation/report/")
    assert (response.status_code, response["Location"]) == (
        302,
        "/accounts/login/?next=%2Fadmin%2Fmoderation%2Freport%2F",
    )
    assert client.post("/admin/login/", {"username": "owner", "password": make.PASSWORD}).status_code == 302
    assert client.get("/admin/").status_code == 302


def test_members_are_not_let_in(client, alice):
    client.force_login(alice)
    assert client.get("/admin/", follow=True).status_code == 403
    assert client.get("/admin/decide/?kind=suspend&id=1", follow=True).status_code == 403


def test_staff_without_the_right_decide_nothing(client, alice):
    client.force_login(make.user("clerk", is_staff=True))
    assert client.get("/admin/").status_code == 200
    assert client.post(address_of("suspend", [alice]), {"words": "Because"}).status_code == 403
    assert client.get(reverse("admin:moderation_report_changelist")).status_code == 403
    assert log() == []


def test_the_first_page_says_what_waits(desk, alice, bob):
    report_post(bob, make.post(alice, text="Buy this"), category="spam")
    make.user("newcomer", approved_at=None, is_active=False, join_reason="I bake bread")
    make.image(alice, state="failed")
    page = desk.get("/admin/").content.decode()
    assert [words in page for words in ("Buy this", "I bake bread", "1 file could not be read")] == [True] * 3


def test_the_page_says_whom_it_hits_and_asks_for_the_reason(desk, alice, post):
    page = desk.get(address_of("hide", [post])).content.decode()
    assert [words in page for words in ("Hide post", "@alice", "Good morning", "None of them")] == [True] * 4
    assert Post.objects.get().hidden_at is None


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"words": " "}, "Say why."),
        ({"words": "x" * 1001}, "at most 1000 characters"),
        ({"rule": "invented"}, "Select a valid choice"),
    ],
)
def test_a_bad_reason_is_said_beside_the_field(desk, alice, data, sentence):
    page = desk.get(address_of("suspend", [alice]))
    key = str(page.context["form"]["key"].value())
    response = desk.post(address_of("suspend", [alice]), {"key": key, "words": "Kept", **data})
    assert (response.status_code, sentence in response.content.decode()) == (400, True)
    assert (log(), User.objects.get(username="alice").is_active) == ([], True)


def test_house_rules_are_offered_and_joined_with_own_words(desk, alice):
    Site.objects.update_or_create(pk=1, defaults={"rules": "# Rules\n\n1. Be kind.\n2. No advertising.\n"})
    forget_site()
    assert send(desk, address_of("warn", [alice]), rule="No advertising.", words="Third time") == 302
    forget_site()
    assert log() == [("warn", "maria", "@alice", "No advertising.\n\nThird time")]


def test_sending_the_same_form_twice_decides_once(desk, alice):
    page = desk.get(address_of("warn", [alice]))
    data = {"key": str(page.context["form"]["key"].value()), "words": "Once"}
    for _ in range(2):
        assert desk.post(address_of("warn", [alice]), data).status_code == 302
    assert log() == [("warn", "maria", "@alice", "Once")]


def test_several_people_at_once_and_the_staff_among_them_stay(desk, alice, bob, mod):
    listed = reverse("admin:accounts_user_changelist")
    chosen = {"action": "limit", "_selected_action": [alice.pk, bob.pk, mod.pk]}
    step = desk.post(listed, chosen)
    assert step.status_code == 302
    assert send(desk, step["Location"]) == 302
    assert sorted(log()) == [("limit", "maria", "@alice", "Because"), ("limit", "maria", "@bob", "Because")]
    mod.refresh_from_db()
    assert mod.limited_at is None


def test_posts_are_chosen_in_the_list(desk, alice):
    posts = [make.post(alice, text=f"Number {n}") for n in range(2)]
    listed = reverse("admin:posts_post_changelist")
    step = desk.post(listed, {"action": "hide", "_selected_action": [post.pk for post in posts]})
    assert send(desk, step["Location"]) == 302
    assert Post.objects.filter(hidden_at=None).count() == 0
    assert [kind for kind, *_ in log()] == ["hide", "hide"]


def test_a_report_is_dismissed_and_assigned(desk, maria, bob, post):
    report = report_post(bob, post, category="rules")
    page = reverse("admin:moderation_report_change", args=[report.pk])
    assert desk.post(page, {"_take": ""}).status_code == 302
    report.refresh_from_db()
    assert report.assigned_to == maria
    assert desk.post(page, {"assigned_to": "", "status": "resolved", "comment": "Changed"}).status_code == 302
    report.refresh_from_db()
    assert (report.assigned_to, report.status, report.comment) == (None, "open", "")
    assert send(desk, address_of("dismiss", [report])) == 302
    report.refresh_from_db()
    assert (report.status, log()) == ("dismissed", [("dismiss", "maria", "@alice", "Because")])


def test_a_report_is_put_into_the_hands_of_moderators_alone(desk, maria, owner, bob, post):
    report = report_post(bob, post, category="spam")
    page = desk.get(reverse("admin:moderation_report_change", args=[report.pk]))
    offered = page.context["adminform"].form.fields["assigned_to"].queryset
    assert set(offered) == {maria, owner}


def test_private_posts_cannot_be_decided_about_by_guessing(desk, alice, bob):
    private = make.post(alice, text="Only @bob", visibility=Visibility.DIRECT)
    missing = desk.get(f"{reverse('admin:decide')}?kind=hide&id=1")
    assert desk.get(address_of("hide", [private])).status_code == missing.status_code == 404
    report_post(bob, private, category="abuse")
    assert send(desk, address_of("hide", [private])) == 302


@pytest.mark.parametrize("kind", ["appoint", "retire", "erase"])
def test_only_the_owner_chooses_moderators_and_closes_accounts(desk, alice, kind):
    assert desk.get(address_of(kind, [alice])).status_code == 403
    assert desk.post(address_of(kind, [alice]), {"words": "Because"}).status_code == 403
    assert log() == []


def test_the_owner_appoints_and_retires(client, owner, alice):
    client.force_login(owner)
    assert send(client, address_of("appoint", [alice])) == 302
    alice.refresh_from_db()
    assert (alice.is_staff, alice.is_superuser, list(alice.groups.all())) == (True, False, [moderators()])
    epoch = alice.auth_epoch
    assert send(client, address_of("retire", [alice])) == 302
    alice.refresh_from_db()
    assert (alice.is_staff, alice.groups.count(), alice.auth_epoch) == (False, 0, epoch + 1)
    assert [kind for kind, *_ in log()] == ["appoint", "retire"]


def test_deleting_a_person_gives_them_two_weeks(client, owner, alice):
    client.force_login(owner)
    assert send(client, address_of("erase", [alice])) == 302
    alice.refresh_from_db()
    assert (alice.is_active, alice.leaving_at is not None, log()[0][0]) == (False, True, "erase")


def test_the_group_has_its_rights_from_the_migration_and_when_made_anew(db):
    wanted = {f"{app}.{name}" for app, names in RIGHTS.items() for name in names}

    def rights() -> set[str]:
        pairs = moderators().permissions.values_list("content_type__app_label", "codename")
        return {f"{app}.{name}" for app, name in pairs}

    assert rights() == wanted
    Group.objects.all().delete()
    assert rights() == wanted


def test_afterwards_only_pages_of_the_admin_are_gone_to(desk, alice):
    for wanted in ("https://example.org/", "//example.org", "/admin/../logout", "/accounts/logout/"):
        page = desk.get(address_of("warn", [alice], back=wanted))
        assert page.context["next"] == "/admin/", wanted
    assert desk.get(address_of("warn", [alice], back="/admin/posts/post/")).context["next"] == "/admin/posts/post/"


def test_mail_is_sent_in_the_person_s_name_only(alice):
    from moderation.tasks import mail_person

    mail_person.func("alice@example.org", "Subject", "Words")
    assert [(message.to, message.subject, message.body) for message in mail.outbox] == [
        (["alice@example.org"], "Subject", "Words")
    ]
