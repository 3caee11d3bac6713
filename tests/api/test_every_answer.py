"""Every endpoint answers once with something in it, so that all there is to an answer is held against the contract.

The checks themselves are in ``Api`` (the declared types) and around every test (``tests/api/contract``).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve
from django.utils import timezone

from api.endpoint import ENDPOINTS, Endpoint
from moderation.models import Announcement
from moderation.services.announcements import save_announcement
from notifications.push import subscriptions
from tests import make
from tests.notifications.device import Device

SOON = (timezone.now() + timedelta(days=1)).isoformat()
# Nothing of the kind is ever here, so these refuse or are empty; docs/api.md says why.
REFUSING = {
    "POST api/v1/domain_blocks", "POST api/v1/statuses/<id:pk>/translate", "GET api/v1/collections/<id:pk>",
    "PUT api/v1/announcements/<id:pk>/reactions/<str:name>", "DELETE api/v1/announcements/<id:pk>/reactions/<str:name>",
}  # fmt: skip
TEXTS = {"GET .well-known/host-meta", "GET api/v1/streaming/health", "GET health"}


def is_elsewhere(one: Endpoint) -> bool:
    """Whether other tests go there: our own endpoints, and those for newcomers."""
    return one.path.startswith("api/polylog/") or one.view.__module__ == "api.views.newcomers"


class Walk:
    """People who ask with all scopes, and which endpoints they have been to."""

    def __init__(self, api_as: Callable[..., Any], committing: Callable[..., Any], **people: Any) -> None:
        self.committing = committing
        self.people, self.ids = {name: api_as(one) for name, one in people.items()}, people
        self.visited: set[str] = set()

    def __call__(self, who: str, asked: str, data: Any = None, **how: Any) -> Any:
        """Ask as somebody; the ids of people stand in the address by name."""
        method, _, path = asked.partition(" ")
        path = path.format(**{name: one.pk for name, one in self.ids.items()})
        with self.committing(execute=True):
            answer = self.people[who](method, path, data, **how)
        declared = resolve(path.partition("?")[0], "api.urls").func.cls.endpoints[method]
        self.visited.add(f"{method} {declared.path}")
        return answer

    def all_of(self, who: str, *asked: str) -> None:
        """Ask several that need nothing more; each answer has something in it."""
        for one in asked:
            assert self(who, one), one


@pytest.fixture
def walk(api_as, django_capture_on_commit_callbacks, alice, bob, carol, mod) -> Walk:
    return Walk(api_as, django_capture_on_commit_callbacks, alice=alice, bob=bob, carol=carol, mod=mod)


def test_every_endpoint_answers_as_promised(walk, settings, monkeypatch):
    settings.RATE_LIMITS = dict.fromkeys(("post", "comment", "upload", "react", "follow", "report"), "")
    monkeypatch.setattr(subscriptions, "check_address", lambda address: None)
    for chapter in (write, read, keep, tie, sort, hear, ring, moderate, look_around):
        chapter(walk)
    declared = {f"{one.method} {one.path}" for one in ENDPOINTS if one.method != "PATCH" and not is_elsewhere(one)}
    assert declared - walk.visited == REFUSING | TEXTS
    assert walk.visited - declared == set()


def write(walk: Walk) -> None:
    """Posts of every kind."""
    file = {"file": SimpleUploadedFile("a.png", make.image_bytes(), "image/png")}
    media = walk("alice", "POST /api/v1/media", {**file, "description": "A square"}, content_type="multipart")["id"]
    walk("alice", f"PUT /api/v1/media/{media}", {"focus": "0.5,-0.5"})
    walk("alice", f"GET /api/v1/media/{media}")
    file = {"file": SimpleUploadedFile("b.png", make.image_bytes(size=(9, 9)), "image/png")}
    spare = walk("alice", "POST /api/v2/media", file, content_type="multipart")["id"]
    walk("alice", f"DELETE /api/v1/media/{spare}")
    said = {"status": "@bob #tea https://x.org", "media_ids": [media], "language": "en", "spoiler_text": "Tea"}
    walk.post = walk("alice", "POST /api/v1/statuses", said)["id"]
    poll = {"options": ["a", "b"], "expires_in": 3600, "multiple": True}
    walk.poll = walk("bob", "POST /api/v1/statuses", {"status": "Which?", "poll": poll})["poll"]["id"]
    walk.answer = walk("bob", "POST /api/v1/statuses", {"status": "@alice yes", "in_reply_to_id": walk.post})["id"]
    walk.quote = walk("bob", "POST /api/v1/statuses", {"status": "See", "quoted_status_id": walk.post})["id"]
    walk.due = walk("alice", "POST /api/v1/statuses", {"status": "later", "scheduled_at": SOON, "poll": poll})["id"]
    walk("carol", "POST /api/v1/statuses", {"status": "@alice psst", "visibility": "direct"})
    walk("alice", f"PUT /api/v1/statuses/{walk.post}", {"status": "@bob #tea and #cake", "media_ids": [media]})
    walk("alice", f"PUT /api/v1/statuses/{walk.post}/interaction_policy", {"quote_approval_policy": "public"})


def read(walk: Walk) -> None:
    """Them, one by one and in lists."""
    about = f"/api/v1/statuses/{walk.post}"
    walk.all_of("bob", f"POST {about}/favourite", f"POST {about}/bookmark", f"POST {about}/reblog", f"GET {about}")
    walk.all_of("bob", f"GET {about}/context", f"GET {about}/history", f"GET {about}/favourited_by")
    walk.all_of("bob", f"GET {about}/reblogged_by", f"GET {about}/quotes", f"GET /api/v1/statuses?id[]={walk.post}")
    walk.all_of("alice", f"GET {about}/source", f"POST {about}/pin")
    assert walk("alice", f"GET {about}/card") == {}
    lists = ["timelines/home", "timelines/public", "timelines/tag/tea", "favourites", "bookmarks"]
    walk.all_of("bob", *(f"GET /api/v1/{name}" for name in lists), "GET /api/v1/accounts/{alice}/statuses?pinned=1")
    walk("bob", "GET /api/v1/trends/statuses")
    walk.all_of("alice", f"POST /api/v1/polls/{walk.poll}/votes?choices[]=0", f"GET /api/v1/polls/{walk.poll}")
    walk.all_of("alice", "GET /api/v1/timelines/direct", "GET /api/v1/scheduled_statuses")
    walk.all_of("alice", f"GET /api/v1/scheduled_statuses/{walk.due}")
    walk("alice", f"PUT /api/v1/scheduled_statuses/{walk.due}", {"scheduled_at": SOON})
    walk("alice", f"DELETE /api/v1/scheduled_statuses/{walk.due}")
    (talk,) = walk("alice", "GET /api/v1/conversations")
    for what in ("read", "unread"):
        assert walk("alice", f"POST /api/v1/conversations/{talk['id']}/{what}")["last_status"]
    assert walk("alice", f"DELETE /api/v1/conversations/{talk['id']}") == {}


def keep(walk: Walk) -> None:
    """Filters, lists, tags, markers."""
    word = walk("alice", "POST /api/v1/filters", {"phrase": "tea", "context": ["home"]})["id"]
    walk.all_of("alice", "GET /api/v1/filters", f"GET /api/v1/filters/{word}")
    walk("alice", f"PUT /api/v1/filters/{word}", {"phrase": "cake", "context": ["home"], "expires_in": 60})
    walk("alice", f"DELETE /api/v1/filters/{word}")
    new = {"title": "x", "context": ["home"], "filter_action": "blur", "keywords_attributes": [{"keyword": "tea"}]}
    pk = walk("bob", "POST /api/v2/filters", new)["id"]
    word = walk("bob", f"POST /api/v2/filters/{pk}/keywords", {"keyword": "cake"})["id"]
    row = walk("bob", f"POST /api/v2/filters/{pk}/statuses", {"status_id": walk.post})["id"]
    walk.all_of("bob", "GET /api/v2/filters", f"GET /api/v2/filters/{pk}", f"GET /api/v2/filters/{pk}/keywords")
    walk.all_of("bob", f"GET /api/v2/filters/{pk}/statuses", f"GET /api/v2/filters/statuses/{row}")
    walk.all_of("bob", f"GET /api/v2/filters/keywords/{word}")
    assert walk("bob", "GET /api/v1/timelines/home")[-1]["filtered"][0]["filter"]["filter_action"] == "warn"
    walk("bob", f"PUT /api/v2/filters/keywords/{word}", {"keyword": "jam"})
    walk("bob", f"PUT /api/v2/filters/{pk}", {"title": "y"})
    for what in (f"keywords/{word}", f"statuses/{row}", pk):
        walk("bob", f"DELETE /api/v2/filters/{what}")
    pk = walk("bob", "POST /api/v1/lists", {"title": "Friends"})["id"]
    assert walk("bob", f"POST /api/v1/lists/{pk}/accounts", {"account_ids": [str(walk.ids["alice"].pk)]}) == {}
    walk.all_of("bob", "GET /api/v1/lists", f"GET /api/v1/lists/{pk}", f"GET /api/v1/lists/{pk}/accounts")
    walk.all_of("bob", f"GET /api/v1/timelines/list/{pk}", "GET /api/v1/accounts/{alice}/lists")
    walk("bob", f"PUT /api/v1/lists/{pk}", {"title": "x", "replies_policy": "none", "exclusive": True})
    walk("bob", f"DELETE /api/v1/lists/{pk}/accounts?account_ids[]={{alice}}")
    walk("bob", f"DELETE /api/v1/lists/{pk}")
    walk.all_of("bob", "POST /api/v1/tags/tea/follow", "GET /api/v1/followed_tags", "GET /api/v1/tags/tea")
    walk.all_of("bob", "POST /api/v1/tags/tea/unfollow", "POST /api/v1/tags/tea/feature")
    walk("bob", "GET /api/v1/trends")
    walk.all_of("bob", "GET /api/v1/accounts/{bob}/featured_tags", "POST /api/v1/tags/tea/unfeature")
    walk.all_of("alice", "GET /api/v1/featured_tags/suggestions")
    walk("alice", "GET /api/v1/trends/tags")
    tag = walk("alice", "POST /api/v1/featured_tags", {"name": "tea"})["id"]
    walk.all_of("alice", "GET /api/v1/featured_tags")
    walk("alice", f"DELETE /api/v1/featured_tags/{tag}")
    walk("alice", "POST /api/v1/markers", {"home": {"last_read_id": walk.post}})
    assert set(walk("alice", "GET /api/v1/markers?timeline[]=home")) == {"home"}


def tie(walk: Walk) -> None:
    """What ties people to each other."""
    for what in ("unfollow", "follow", "note", "mute", "unmute", "block", "unblock", "follow", "endorse", "unendorse"):
        assert walk("bob", f"POST /api/v1/accounts/{{alice}}/{what}")["id"]
    for what in ("pin", "unpin", "pin"):
        walk("bob", f"POST /api/v1/accounts/{{alice}}/{what}")
    walk.all_of(
        "bob", "GET /api/v1/endorsements", "GET /api/v1/accounts/{bob}/endorsements", "GET /api/v1/accounts/{bob}"
    )
    walk.all_of("bob", "GET /api/v1/accounts/{alice}/followers", "GET /api/v1/accounts/{bob}/following")
    walk.all_of("bob", "GET /api/v1/accounts?id[]={alice}", "GET /api/v1/accounts/lookup?acct=alice")
    walk.all_of("bob", "GET /api/v1/accounts/relationships?id[]={alice}", "GET /api/v1/accounts/search?q=ali")
    walk("carol", "POST /api/v1/accounts/{bob}/follow", {"reblogs": False, "notify": True, "languages": ["de"]})
    (known,) = walk("carol", "GET /api/v1/accounts/familiar_followers?id[]={alice}")
    assert [one["acct"] for one in known["accounts"]] == ["bob"]
    walk("bob", "POST /api/v1/accounts/{carol}/mute", {"duration": 3600})
    walk("bob", "POST /api/v1/accounts/{mod}/block")
    walk.all_of("bob", "GET /api/v1/mutes", "GET /api/v1/blocks", "POST /api/v1/accounts/{carol}/unmute")
    assert walk("bob", "GET /api/v1/accounts/{alice}/collections") == {"collections": []}
    assert walk("bob", "GET /api/v1/accounts/{alice}/in_collections") == {"collections": []}


def sort(walk: Walk) -> None:
    """The person themselves, and who asks to follow them."""
    face = {"avatar": SimpleUploadedFile("a.png", make.image_bytes(), "image/png"), "locked": "1", "bot": "0"}
    facts = {"fields_attributes[0][name]": "Home", "fields_attributes[0][value]": "https://x.org", "note": "*Hi* @bob"}
    changed = walk("carol", "PUT /api/v1/accounts/update_credentials", {**face, **facts}, content_type="multipart")
    assert (changed["fields"][0]["name"], changed["locked"]) == ("Home", True)
    walk(
        "carol", "PUT /api/v1/profile", {"header_description": "", "source": {"privacy": "unlisted", "language": "de"}}
    )
    walk.all_of("carol", "GET /api/v1/profile", "GET /api/v1/preferences", "GET /api/v1/accounts/verify_credentials")
    walk.all_of("carol", "DELETE /api/v1/profile/avatar", "DELETE /api/v1/profile/header", "GET /oauth/userinfo")
    walk.all_of("carol", "POST /oauth/userinfo", "GET /api/v1/apps/verify_credentials")
    for who in ("alice", "bob"):
        assert walk(who, "POST /api/v1/accounts/{carol}/follow")["requested"]
    walk.all_of("carol", "GET /api/v1/follow_requests", "POST /api/v1/follow_requests/{alice}/authorize")
    walk.all_of("carol", "POST /api/v1/follow_requests/{bob}/reject")
    walk("carol", "POST /api/v1/accounts/{alice}/remove_from_followers")


def hear(walk: Walk) -> None:
    """Notifications, grouped or not, and those that are held back."""
    told = walk("alice", "GET /api/v1/notifications")
    assert {one["type"] for one in told} >= {"mention", "favourite", "reblog", "follow", "quote"}
    walk.all_of("alice", f"GET /api/v1/notifications/{told[0]['id']}", "GET /api/v1/notifications/unread_count")
    groups = walk("alice", "GET /api/v2/notifications")["notification_groups"]
    key = groups[-1]["group_key"]
    walk.all_of("alice", f"GET /api/v2/notifications/{key}", f"GET /api/v2/notifications/{key}/accounts")
    walk.all_of(
        "alice", "GET /api/v2/notifications?expand_accounts=partial_avatars", "GET /api/v2/notifications/policy"
    )
    walk("alice", "GET /api/v2/notifications/unread_count")
    walk("alice", f"POST /api/v2/notifications/{key}/dismiss")
    for pk in (told[0]["id"], told[1]["id"]):
        walk("alice", f"POST /api/v1/notifications/{pk}/dismiss")
    walk("alice", "POST /api/v1/notifications/dismiss", {"id": told[2]["id"]})
    walk("alice", "PUT /api/v1/notifications/policy", {"filter_not_following": True})
    walk(
        "alice", "PUT /api/v2/notifications/policy", {"for_private_mentions": "filter", "for_limited_accounts": "drop"}
    )
    walk.all_of("alice", "GET /api/v1/notifications/policy", "GET /api/v1/notifications/requests/merged")
    for who in ("bob", "carol", "mod"):
        walk(who, "POST /api/v1/statuses", {"status": "@alice hello"})
    held = [one["id"] for one in walk("alice", "GET /api/v1/notifications/requests")]
    assert walk("alice", f"GET /api/v1/notifications/requests/{held[0]}")["last_status"]
    walk("alice", f"POST /api/v1/notifications/requests/{held[0]}/accept")
    walk("alice", f"POST /api/v1/notifications/requests/{held[1]}/dismiss")
    walk("alice", "POST /api/v1/notifications/requests/accept", {"id": held[2:]})
    walk("alice", "POST /api/v1/notifications/requests/dismiss", {"id": held[2:]})
    walk("alice", "POST /api/v1/notifications/clear")


def ring(walk: Walk) -> None:
    """The device of an app."""
    device = {"endpoint": "https://push.example.org/x", "keys": Device().keys, "standard": True}
    walk("alice", "POST /api/v1/push/subscription", {"subscription": device, "data": {"alerts": {"mention": True}}})
    walk("alice", "GET /api/v1/push/subscription")
    walk("alice", "PUT /api/v1/push/subscription", {"data": {"alerts": {"admin.report": True}}, "policy": "followed"})
    walk("alice", "DELETE /api/v1/push/subscription")


def moderate(walk: Walk) -> None:
    """Reports, people and measures."""
    said = {"status_ids": [walk.answer], "comment": "Not nice", "category": "spam"}
    pk = walk("alice", "POST /api/v1/reports", {"account_id": str(walk.ids["bob"].pk), **said})["id"]
    walk.all_of("mod", "GET /api/v1/admin/reports", f"GET /api/v1/admin/reports/{pk}")
    walk("mod", f"PUT /api/v1/admin/reports/{pk}", {"category": "other"})
    for what in ("assign_to_self", "unassign", "resolve", "reopen"):
        assert walk("mod", f"POST /api/v1/admin/reports/{pk}/{what}")["target_account"]
    assert "admin.report" in {one["type"] for one in walk("mod", "GET /api/v1/notifications")}
    walk.all_of("mod", "GET /api/v1/admin/accounts", "GET /api/v2/admin/accounts", "GET /api/v1/admin/accounts/{bob}")
    for kind in ("none", "silence"):
        walk("mod", "POST /api/v1/admin/accounts/{bob}/action", {"type": kind, "text": "So.", "report_id": pk})
    assert "moderation_warning" in {one["type"] for one in walk("bob", "GET /api/v1/notifications")}
    walk("mod", "POST /api/v1/admin/accounts/{carol}/action", {"type": "suspend", "text": "So."})
    walk("mod", "POST /api/v1/admin/accounts/{carol}/unsuspend")
    for what in ("unsilence", "unsensitive", "enable"):
        walk("mod", f"POST /api/v1/admin/accounts/{{bob}}/{what}")
    for what, name in (("approve", "erin"), ("reject", "frank")):
        walk.ids[name] = make.user(name, approved_at=None, is_active=False)
        walk("mod", f"POST /api/v1/admin/accounts/{{{name}}}/{what}")
    span = {"keys": ["new_users", "active_users"], "start_at": "2026-01-01", "end_at": "2026-01-02"}
    assert walk("mod", "POST /api/v1/admin/measures", span)
    walk("mod", "GET /api/v1/admin/trends/tags")
    walk("mod", "GET /api/v1/admin/trends/statuses")
    assert walk("mod", "GET /api/v1/admin/trends/links") == []


def look_around(walk: Walk) -> None:
    """The site, what it says, whom and what one finds; and what goes."""
    save_announcement(Announcement(text="Tea at *five*, @alice #tea", is_published=True))
    (news,) = walk("alice", "GET /api/v1/announcements")
    walk("alice", f"POST /api/v1/announcements/{news['id']}/dismiss")
    walk.all_of("alice", "GET /api/v1/instance", "GET /api/v2/instance", "GET /api/v1/instance/activity")
    walk.all_of("alice", "GET /api/v1/instance/extended_description", "GET /api/v1/instance/languages")
    for empty in ("peers", "domain_blocks", "rules", "translation_languages"):
        assert not walk("alice", f"GET /api/v1/instance/{empty}")
    for empty in ("GET /api/v1/custom_emojis", "GET /api/v1/domain_blocks", "GET /api/v1/trends/links"):
        assert walk("alice", empty) == []
    walk("alice", "DELETE /api/v1/domain_blocks?domain=x.org")
    walk.all_of("alice", "GET /api/v1/domain_blocks/preview?domain=x.org", "GET /api/v1/directory")
    walk.all_of("alice", "GET /api/v1/search?q=tea", "GET /api/v2/search?q=alice", "GET /api/openapi.json")
    walk.all_of(
        "alice", "GET /.well-known/nodeinfo", "GET /nodeinfo/2.0", "GET /.well-known/oauth-authorization-server"
    )
    walk.all_of("alice", "GET /.well-known/webfinger?resource=acct:alice@localhost:8000")
    walk.all_of("alice", f"GET /api/oembed?url=http://localhost:8000/@alice/{walk.post}")
    walk("alice", "POST /api/v1/apps", {"client_name": "x", "redirect_uris": ["icecubesapp://"], "website": ""})
    walk("bob", "GET /api/v1/suggestions")
    walk("bob", "GET /api/v2/suggestions")
    walk("bob", "DELETE /api/v1/suggestions/{mod}")
    about = f"/api/v1/statuses/{walk.post}"
    walk.all_of("bob", f"POST {about}/unfavourite", f"POST {about}/unbookmark", f"POST {about}/unreblog")
    walk.all_of("alice", f"POST {about}/mute", f"POST {about}/unmute", f"POST {about}/unpin")
    assert walk("alice", f"POST {about}/quotes/{walk.quote}/revoke")["quote"]["state"] == "revoked"
    assert walk("alice", f"DELETE {about}")["text"] == "@bob #tea and #cake"
