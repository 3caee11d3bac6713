"""Every list and page of the admin: it opens, it is bounded, and it shows no more than it should."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import (
    ActiveCount,
    DismissedSuggestion,
    Endorsement,
    Invitation,
    PersonNote,
    Rule,
    Site,
    User,
)
from accounts.services.ties import mute_person
from accounts.site import current_site, forget_site
from api.oauth.models import Grant
from api.oauth.services import issue_token, register_app
from core.admin import MOST, BoundedPaginator
from events.models import Epoch, IdempotencyKey
from feeds.services.lists import add_to_list, create_list
from feeds.services.markers import save_marker
from media.models import Attachment, Quota, StorageRules, Upload
from moderation.models import Action, Announcement, AnnouncementRead
from moderation.services.acts import act
from moderation.services.reports import report_person, report_post
from notifications.models import (
    AcceptedSender,
    Notification,
    NotificationPolicy,
    NotificationRequest,
    PushKey,
    PushSubscription,
)
from posts.models import DescriptionProposal, Post, Visibility
from posts.services.change import edit_post
from posts.services.filters import add_post as filter_this
from posts.services.filters import create_filter
from posts.services.interact import bookmark_post, like_post
from posts.services.pins import pin_post
from posts.services.polls import PollDraft, vote_in_poll
from posts.services.quiet import mute_thread
from posts.services.schedule import schedule_post
from posts.services.tags import count_tag_days, feature_tag, follow_tag
from tests import make

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(1)">'
OWNER_ONLY = {
    "api.accesstoken", "api.application", "api.grant",
    "accounts.block", "accounts.follow", "accounts.followrequest", "accounts.formername",
    "accounts.invitation", "accounts.mute", "accounts.activecount", "accounts.dismissedsuggestion",
    "accounts.endorsement", "accounts.personnote", "accounts.rule", "moderation.announcement",
    "moderation.announcementread", "notifications.acceptedsender", "notifications.notificationpolicy",
    "notifications.notificationrequest", "notifications.pushkey", "notifications.pushsubscription",
    "accounts.site", "account.emailaddress", "admin.logentry", "auth.group", "django_tasks_database.dbtaskresult",
    "events.epoch", "events.event", "events.idempotencykey", "events.stream", "mfa.authenticator",
    "notifications.notification", "posts.bookmark", "posts.like", "posts.mention", "posts.postattachment",
    "posts.postedit", "posts.posttag", "usersessions.usersession",
    "posts.ballot", "posts.conversation", "posts.featuredtag", "posts.filter", "posts.filteredpost",
    "posts.filterkeyword", "posts.filterversion", "posts.message", "posts.participation", "posts.pin", "posts.poll",
    "posts.polloption", "posts.scheduledfile", "posts.scheduledpost", "posts.tagday", "posts.tagfollow",
    "feeds.podcastcard",
    "media.caption", "media.conversion", "media.quota", "media.storagerules", "media.sweep", "media.upload",
    "posts.descriptionproposal",
    "posts.threadmute", "feeds.peoplelist", "feeds.listmember", "feeds.marker",
}  # fmt: skip
# What is written in the admin itself.
OWNERS_WORDS = {"accounts.rule", "moderation.announcement", "media.quota", "media.storagerules"}
MODERATORS = {
    "accounts.user", "media.attachment", "moderation.action", "moderation.report",
    "posts.hashtag", "posts.post",
}  # fmt: skip


def models() -> dict[str, type]:
    return {model._meta.label_lower: model for model in admin.site._registry}


def fill(n: int, mod: User) -> None:
    """Rows of every model, ``n`` times, written with hostile words."""
    for i in range(n):
        author, reader = make.user(f"author{i}", display_name=HOSTILE), make.user(f"reader{i}")
        make.follow(reader, author)
        make.follow(mod, author)
        make.block(make.user(f"parted{i}", is_locked=True), author)
        mute_person(reader, mod)
        post = make.post(author, text=f"{HOSTILE} #tag{i} @reader{i}", attachments=[make.image(author)])
        post = edit_post(author, post, text=f"{HOSTILE} again #tag{i} @reader{i}", attachments=post.attachments.all())
        make.comment(reader, post, text=HOSTILE)
        like_post(reader, post)
        bookmark_post(reader, post)
        report_post(reader, post, category="spam", comment=HOSTILE)
        report_person(reader, author, category="abuse")
        act(mod, "warn", person=author, reason=HOSTILE)
        Invitation.objects.create(inviter=author, note=HOSTILE)
        IdempotencyKey.objects.create(user=reader, key=f"secret-key-{i}")
        Notification.objects.create(user=reader, kind="moderation", text=HOSTILE)
        Authenticator.objects.create(user=reader, type="totp", data={"secret": "secret-seed"})
        UserSession.objects.create(user=reader, ip="127.0.0.1", user_agent=HOSTILE, session_key=f"secret-session-{i}")
        Epoch.objects.create()
        fill_extras(i, author, reader)
        fill_wishes(i, author, reader)
        fill_uploads(i, author, reader, post)


def fill_uploads(i: int, author: User, reader: User, post: Post) -> None:
    """Files on their way, room for them, and descriptions that readers propose."""
    StorageRules.objects.get_or_create(pk=1)
    Quota.objects.create(owner=author, megabytes=5, note=HOSTILE)
    Upload.objects.create(owner=author, key=f"{i:032x}", length=5, name=HOSTILE, expires=timezone.now())
    file = post.attachments.get()
    DescriptionProposal.objects.create(post=post, attachment=file, proposer=reader, text=HOSTILE)


def fill_extras(i: int, author: User, reader: User) -> None:
    """What hangs on people besides: notes, recommendations, requests, devices, and what the house says."""
    PersonNote.objects.create(author=reader, about=author, text=f"secret-note {HOSTILE}")
    Endorsement.objects.create(endorser=reader, endorsed=author)
    DismissedSuggestion.objects.create(viewer=reader, person=author)
    Rule.objects.create(text=HOSTILE)
    ActiveCount.objects.create(span="day", start=date(2026, 1, 1 + i), people=i)
    app, _secret = register_app(HOSTILE[:60], ["a://b"], ["read"], client_id=f"app-{i}")
    issue_token(app, reader, ["read"], raw=f"secret-access-{i}")
    Grant.objects.create(user=reader, application=app, code=f"secret-code-{i}", expires=timezone.now())
    announcement = Announcement.objects.create(text=HOSTILE)
    AnnouncementRead.objects.create(announcement=announcement, person=reader)
    NotificationPolicy.objects.create(user=reader)
    NotificationRequest.objects.create(user=reader, sender=author)
    AcceptedSender.objects.create(user=reader, sender=author)
    PushKey.objects.get_or_create(pk=1, private="secret-key", public="a public key")
    PushSubscription.objects.create(
        user=reader,
        token=f"secret-token-{i}",
        auth_epoch=0,
        endpoint="secret-address",
        p256dh="secret-a",
        auth="secret-b",
    )


def fill_wishes(i: int, author: User, reader: User) -> None:
    """What people ask, keep back, filter, follow and gather."""
    asked = make.post(author, f"{HOSTILE} #day{i}", poll=PollDraft([HOSTILE, "No"], timedelta(days=1)))
    vote_in_poll(reader, asked.poll, [0])
    pin_post(author, asked)
    mute_thread(reader, asked)
    due = timezone.now() + timedelta(days=1)
    schedule_post(author, due=due, text=f"secret-later {HOSTILE}", attachments=[make.image(author)])
    make.post(author, f"secret-message @reader{i}", visibility=Visibility.DIRECT)
    made = create_filter(reader, title="secret-title", contexts=["home"], keywords=[("secret-word", True)])
    filter_this(reader, made, asked)
    follow_tag(reader, f"day{i}")
    feature_tag(author, f"day{i}")
    count_tag_days()
    add_to_list(reader, create_list(reader, "secret-list"), [author])
    save_marker(reader, "home", 1)


def asks(client: Client, address: str) -> int:
    forget_site()
    current_site()  # remembered for ten seconds, which a slow machine may need for what comes before
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200, address
    return len(queries)


def test_every_model_has_its_page():
    ours = {"core", "events", "media", "accounts", "posts", "feeds", "notifications", "moderation", "live", "api"}
    kept = [model._meta for model in apps.get_models() if model._meta.managed]
    made = {meta.label_lower for meta in kept if meta.app_label in ours}
    assert made - set(models()) == set()
    assert set(models()) == OWNER_ONLY | MODERATORS


@pytest.mark.django_db
def test_lists_ask_the_same_for_three_rows_and_for_many(mod, settings):
    client, counts = Client(), {}
    client.force_login(make.owner())
    Site.objects.get_or_create(pk=1)
    fill(3, mod)
    names = {name: reverse(f"admin:{name.replace('.', '_')}_changelist") for name in models()}
    for name, address in names.items():
        asks(client, address)  # content types and the like are remembered from now on
        counts[name] = asks(client, address)
    fill_more(mod)
    assert {name: asks(client, address) for name, address in names.items()} == counts
    assert counts.pop("media.sweep") <= 11  # this one shows all that is stored, not a list
    assert max(counts.values()) <= 9


def fill_more(mod: User) -> None:
    """A hundred more rows of what grows."""
    people = [User(username=f"more{i}", email=f"more{i}@example.org", approved_at=timezone.now()) for i in range(100)]
    User.objects.bulk_create(people)
    Post.objects.bulk_create(Post(author=person, audience=person, text="More", html="<p>More</p>") for person in people)
    Action.objects.bulk_create(Action(kind="warn", moderator=mod, person=person, reason="More") for person in people)
    for person in people[:10]:
        report_person(mod, person, category="spam")


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["owner", "mod"])
def test_every_page_opens_and_escapes_what_people_wrote(mod, who):
    client = Client()
    client.force_login(make.owner() if who == "owner" else mod_of_the_group())
    Site.objects.get_or_create(pk=1)
    fill(1, mod)
    opened = set()
    for name, model in models().items():
        stem = f"admin:{name.replace('.', '_')}"
        row = model._default_manager.order_by("-pk").first()
        addresses = [reverse(f"{stem}_changelist"), reverse(f"{stem}_changelist") + "?q=a&when=7&state=shown&form=post"]
        addresses += [reverse(f"{stem}_change", args=[row.pk])] if row else []
        for address in addresses:
            response = client.get(address, follow=True)
            content = response.content.decode()
            assert response.status_code in ({200} if who == "owner" or name in MODERATORS else {403}), address
            assert "<script>alert" not in content
            assert "<img src=x" not in content
            assert "secret-" not in content
            assert " style=" not in content
        opened.add(name)
    assert opened == set(models())


def mod_of_the_group() -> User:
    from moderation.services.team import appoint_moderator

    person = make.user("maria")
    appoint_moderator(User.objects.filter(is_superuser=True).first() or make.owner("boss"), person, reason="Trusted")
    return person


@pytest.mark.django_db
def test_moderators_do_not_see_mail_addresses(mod, alice):
    client = Client()
    client.force_login(mod_of_the_group())
    pages = [
        reverse("admin:accounts_user_change", args=[alice.pk]),
        reverse("admin:accounts_user_changelist") + "?q=alice",
    ]
    for page in pages:
        assert "alice@example.org" not in client.get(page).content.decode()
    found = client.get(reverse("admin:accounts_user_changelist") + "?q=alice@example.org")
    assert found.context["cl"].result_count == 0
    client.force_login(User.objects.get(username="boss"))
    assert "alice@example.org" in client.get(pages[0]).content.decode()


def test_what_people_say_of_themselves_is_headed_as_said_about_them(client, mod, alice):
    client.force_login(mod)
    page = client.get(reverse("admin:accounts_user_change", args=[alice.pk])).content.decode()
    assert ("About themselves:" in page, "Decides who follows:" in page) == (True, True)
    assert ("About you" in page, "I decide who follows me" in page) == (False, False)


def test_files_say_what_they_take_and_what_is_wrong_with_them(client, mod, alice):
    client.force_login(mod)
    file = make.image(alice)
    Attachment.objects.filter(pk=file.pk).update(size=5000, state="failed", error="That is not a picture.")
    page = client.get(reverse("admin:media_attachment_change", args=[file.pk])).content.decode()
    assert ("4.9\xa0KB" in page, "That is not a picture." in page, "``problem``" in page) == (True, True, False)


def test_what_is_looked_at_has_no_history_and_forms_are_saved_in_one_way(client, db):
    client.force_login(make.owner())
    rule = Rule.objects.create(text="Be kind.")
    page = client.get(reverse("admin:accounts_rule_change", args=[rule.pk])).content.decode()
    assert (page.count('type="submit"'), "/history/" in page) == (1, True)
    sofie = make.user("sofie")
    assert "/history/" not in client.get(reverse("admin:accounts_user_change", args=[sofie.pk])).content.decode()


@pytest.mark.django_db
def test_what_was_said_in_private_is_shown_only_when_it_was_reported(mod, alice, bob):
    private = make.post(alice, text="Only @bob may read this", visibility=Visibility.DIRECT)
    make.post(alice, text="Everybody may read this")
    client = Client()
    client.force_login(make.owner())
    page = reverse("admin:posts_post_changelist")
    content = client.get(page).content.decode()
    assert ("Everybody may read" in content, "may read this</a>" in content, "Only @bob" in content) == (
        True,
        True,
        False,
    )
    assert client.get(reverse("admin:posts_post_change", args=[private.pk])).status_code == 302
    report_post(bob, private, category="abuse")
    assert "Only @bob" in client.get(page).content.decode()
    assert client.get(reverse("admin:posts_post_change", args=[private.pk])).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted((OWNER_ONLY | MODERATORS) - OWNERS_WORDS))
def test_nobody_writes_rows_past_the_services(name, mod, alice):
    """S17: forged posts to the forms of Django's admin change nothing, not even for the owner."""
    client = Client()
    client.force_login(make.owner())
    Site.objects.get_or_create(pk=1)
    fill(1, mod)
    model, stem = models()[name], f"admin:{name.replace('.', '_')}"
    row = model._default_manager.order_by("-pk").first()
    assert client.post(reverse(f"{stem}_add"), {}).status_code == 403
    if row is None:
        return
    if name != "accounts.invitation":
        assert client.post(reverse(f"{stem}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    if name not in {"accounts.site", "moderation.report"}:
        forged = {"is_superuser": "on", "is_staff": "on", "username": "evil", "reason": "Nothing", "text": "Changed"}
        assert client.post(reverse(f"{stem}_change", args=[row.pk]), forged).status_code == 403
    listed = reverse(f"{stem}_changelist")
    client.post(listed, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert model._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/admin/accounts/user/99999999999999999999999999/change/", 302),
        ("/admin/accounts/user/nonsense/change/", 302),
        ("/admin/posts/post/?q=99999999999999999999999999", 200),
        ("/admin/posts/post/?q=%F0%9F%90%88", 200),
        ("/admin/posts/post/?id__exact=nonsense", 302),
        ("/admin/posts/post/?author__password__startswith=a", 400),
        ("/admin/posts/post/?p=nonsense", 200),
        ("/admin/posts/post/?p=999999999999999999999", 200),
        ("/admin/posts/post/?o=99.-99.x", 200),
        ("/admin/posts/post/?when=nonsense&state=nonsense", 200),
        ("/admin/decide/?kind=suspend&id=nonsense", 404),
        ("/admin/decide/?kind=suspend&id=99999999999999999999999999", 404),
        ("/admin/decide/?kind=nonsense&id=1", 404),
        ("/admin/decide/", 404),
    ],
)
@pytest.mark.django_db
def test_nonsense_in_addresses_is_answered(path, status):
    client = Client()
    client.force_login(make.owner())
    assert client.get(path).status_code == status


@pytest.mark.parametrize("named", ["", "abc", "\0", "9" * 30])
def test_rows_that_cannot_exist_are_not_chosen(named: str, mod: User, carol: User) -> None:
    client = Client()
    client.force_login(mod)
    sent = {"action": "warn", "_selected_action": [named, carol.pk]}
    assert client.post("/admin/accounts/user/", sent).headers["Location"] == (
        f"/admin/decide/?kind=warn&id={carol.pk}&next=%2Fadmin%2Faccounts%2Fuser%2F"
    )
    answer = client.post("/admin/accounts/user/", sent | {"_selected_action": [named]})
    assert answer.headers["Location"] == "/admin/accounts/user/"


@pytest.mark.django_db
def test_counting_stops_at_ten_thousand():
    rows = User.objects.order_by("-pk")
    with CaptureQueriesContext(connection) as queries:
        assert BoundedPaginator(rows, 50).count == 0
    assert f"LIMIT {MOST}" in queries.captured_queries[0]["sql"]
