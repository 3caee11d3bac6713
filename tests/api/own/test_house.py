"""The house over the API: its settings, acts on posts, web feeds, talks, and whose notifications always ring."""

from __future__ import annotations

from django.contrib.admin.models import LogEntry
from django.core.cache import cache

from accounts.models import Site, User
from accounts.site import forget_site
from moderation.models import Action
from moderation.services.team import appoint_moderator
from notifications.models import AcceptedSender
from posts.models import Post, Visibility
from tests import make

OWN = "/api/polylog/v1"


def test_who_runs_the_site_changes_its_settings(api_as):
    api = api_as(make.owner())
    assert api("GET", f"{OWN}/site")["door"] == "open"
    changed = api("PATCH", f"{OWN}/site", {"name": "The Harbour", "door": "approval", "accent_chroma": 0.05})
    assert (changed["name"], changed["door"], changed["accent_chroma"]) == ("The Harbour", "approval", 0.05)
    forget_site()
    assert api("GET", "/api/v2/instance")["title"] == "The Harbour"
    assert [entry.get_change_message() for entry in LogEntry.objects.all()] == ["Changed accent_chroma, door and name."]


def test_nobody_else_does(api_as, alice, bob):
    Site.objects.update_or_create(pk=1, defaults={"name": "Before"})
    appoint_moderator(make.owner(), bob, reason="She looks after us")
    for person in (alice, User.objects.get(pk=bob.pk)):
        api_as(person)("GET", f"{OWN}/site", status=403)
        api_as(person)("PATCH", f"{OWN}/site", {"name": "After"}, status=403)
    assert Site.objects.get().name == "Before"


def test_an_empty_name_is_none(api_as):
    api_as(make.owner())("PATCH", f"{OWN}/site", {"name": " "}, status=422)


def test_a_moderator_hides_a_post_with_a_reason(api_as, mod, alice, api):
    post = make.post(alice)
    act = api_as(mod)("POST", f"{OWN}/admin/statuses/{post.pk}/action", {"type": "hide", "text": "Not here"})
    assert (act["type"], act["reason"]) == ("hide", "Not here")
    assert str(Action.objects.get(post=post).pk) == act["id"]
    api("GET", f"/api/v1/statuses/{post.pk}", status=404)
    api_as(mod)("POST", f"{OWN}/admin/statuses/{post.pk}/action", {"type": "unhide", "text": "A mistake"})
    assert api("GET", f"/api/v1/statuses/{post.pk}")["id"] == str(post.pk)


def test_what_moderators_do_not_look_at_is_not_there_for_them(api_as, mod, alice):
    post = make.post(alice, visibility=Visibility.FOLLOWERS)
    said = {"type": "delete", "text": "x"}
    api_as(mod)("POST", f"{OWN}/admin/statuses/{post.pk}/action", said, status=404)
    assert Post.objects.get(pk=post.pk).deleted_at is None


def test_where_feed_readers_find_somebody_and_a_tag(api, alice):
    feeds = api("GET", f"{OWN}/accounts/{alice.pk}/web_feeds")
    assert feeds["atom"] == "http://localhost:8000/@alice/feed.atom"
    assert (feeds["podcast"], feeds["podcast_cover"]) == (None, None)
    make.post(alice, attachments=[make.audio(alice)])
    assert api("GET", f"{OWN}/accounts/{alice.pk}/web_feeds")["podcast"] == "http://localhost:8000/@alice/podcast.rss"
    assert api("GET", f"{OWN}/tags/Tea/web_feeds")["rss"] == "http://localhost:8000/tags/tea/feed.rss"


def test_a_podcast_is_described_bit_by_bit(api_as, alice):
    api = api_as(alice)
    assert api("GET", f"{OWN}/podcast") == {
        "title": "", "description": "", "category": "", "language": "", "is_explicit": False,
    }  # fmt: skip
    api("PATCH", f"{OWN}/podcast", {"title": "Harbour talk", "category": "Society & Culture"})
    changed = api("PATCH", f"{OWN}/podcast", {"is_explicit": True})
    assert (changed["title"], changed["category"], changed["is_explicit"]) == (
        "Harbour talk",
        "Society & Culture",
        True,
    )
    api("PATCH", f"{OWN}/podcast", {"category": "Nonsense"}, status=422)


def test_talks_are_what_is_talked_about(api, alice, bob):
    post = make.post(alice, "What shall we cook?")
    make.comment(bob, post)
    cache.clear()
    [talk] = api("GET", f"{OWN}/talks")
    assert (talk["headline"], talk["recent_comments"]) == ("What shall we cook?", 1)
    assert talk["status"]["id"] == str(post.pk)


def test_whose_notifications_always_ring_can_be_taken_back(api_as, alice, bob, carol):
    for sender in (bob, carol):
        AcceptedSender.objects.create(user=alice, sender=sender)
    api = api_as(alice)
    [first, second] = api("GET", f"{OWN}/notifications/accepted")
    assert [one["account"]["acct"] for one in (first, second)] == ["carol", "bob"]
    api("DELETE", f"{OWN}/notifications/accepted/{first['id']}")
    assert [one["account"]["acct"] for one in api("GET", f"{OWN}/notifications/accepted")] == ["bob"]
