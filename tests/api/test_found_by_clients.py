"""What published clients found: each of these was wrong here, or missing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from media.models import Attachment, Kind
from posts.models import QuotePolicy, Visibility
from posts.services.erase import erase_deleted_posts
from posts.services.interact import like_post
from tests import make

KEYS = {
    "p256dh": "BEl62iUYgUivxIkv69yViEuiBIa-Ib9-SkvMeAtA3LFgDzkrxZJjSgSnfckjBJuBkr3qBUYIHBQFLXYp5Nksh8U",
    "auth": "x" * 22,
}


@pytest.mark.parametrize(
    ("asked", "begin"), [("de", "Das sind"), ("de-CH", "Das sind"), ("xx", "That is"), (5, "That")]
)
def test_lang_chooses_the_language_of_the_answer(api_as, alice, asked, begin):
    answer = api_as(alice)("POST", "/api/v1/statuses", {"status": "a" * 5001, "lang": asked}, status=422)
    assert answer["error"].removeprefix("Validation failed: ").startswith(begin)


def test_an_app_may_leave_out_what_is_direct(api_as, alice, bob):
    direct = make.post(alice, "@bob psst", visibility=Visibility.DIRECT)
    public = make.post(alice)
    address = f"/api/v1/accounts/{alice.pk}/statuses"
    found = [api_as(bob)("GET", address, {"exclude_direct": wanted}) for wanted in ("true", "false")]
    assert [[int(one["id"]) for one in page] for page in found] == [[public.pk], [public.pk, direct.pk]]


def test_nobody_comes_from_elsewhere(api_as, mod):
    remote, local = (api_as(mod)("GET", "/api/v2/admin/accounts", {"origin": one}) for one in ("remote", "local"))
    assert (remote, [one["username"] for one in local]) == ([], ["mod"])


@pytest.mark.parametrize("kind", [Kind.IMAGE, Kind.VIDEO])
def test_what_matters_is_said_of_films_as_well(api_as, alice, kind):
    file = make.image(alice) if kind == Kind.IMAGE else make.video(alice)
    answer = api_as(alice)("PUT", f"/api/v1/media/{file.pk}", {"focus": "0.5,-0.25"})
    assert answer["meta"]["focus"] == {"x": 0.5, "y": -0.25}


def test_groups_are_named_in_the_words_of_apps(api_as, alice, bob, post, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        like_post(bob, post)
    ask = api_as(alice)
    key = ask("GET", "/api/v2/notifications")["notification_groups"][0]["group_key"]
    assert key.startswith(f"favourite-{post.pk}-")
    assert ask("GET", "/api/v1/notifications")[0]["group_key"] == key
    assert [one["acct"] for one in ask("GET", f"/api/v2/notifications/{key}/accounts")] == ["bob"]
    ask("POST", f"/api/v2/notifications/{key}/dismiss")
    ask("GET", f"/api/v2/notifications/{key}", status=404)


def test_who_may_ring_a_device_stands_in_either_place(api_as, alice):
    said = {"subscription": {"endpoint": "https://push.example.org/1", "keys": KEYS}, "policy": "followed"}
    assert api_as(alice)("POST", "/api/v1/push/subscription", said)["policy"] == "followed"


def test_a_shared_post_knows_what_the_reader_did_with_it(api_as, alice, bob, post):
    like_post(bob, post)
    ask = api_as(bob)
    share = ask("POST", f"/api/v1/statuses/{post.pk}/reblog")
    assert [share["reblog"][flag] for flag in ("favourited", "reblogged", "bookmarked")] == [True, True, False]
    assert ask("GET", "/api/v1/timelines/home")[0]["reblog"]["favourited"] is True
    assert api_as(alice)("GET", f"/api/v1/statuses/{share['id']}")["reblog"]["favourited"] is False


def test_a_post_is_deleted_and_written_anew_with_its_files(api_as, alice):
    ask, file = api_as(alice), make.image(alice)
    said = {"status": "Furst", "media_ids": [str(file.pk)]}
    old = ask("POST", "/api/v1/statuses", said)
    ask("POST", "/api/v1/statuses", said, status=422)
    ask("DELETE", f"/api/v1/statuses/{old['id']}")
    new = ask("POST", "/api/v1/statuses", said | {"status": "First"})
    assert [one["id"] for one in new["media_attachments"]] == [str(file.pk)]
    erase_deleted_posts(timezone.now() + timedelta(hours=2))
    assert len(ask("GET", f"/api/v1/statuses/{new['id']}")["media_attachments"]) == 1
    ask("DELETE", f"/api/v1/statuses/{new['id']}", {"delete_media": "true"})
    ask("POST", "/api/v1/statuses", said, status=422)
    assert Attachment.objects.count() == 0


def test_files_of_a_deleted_post_wait_for_a_post_to_come(api_as, alice):
    ask, file = api_as(alice), make.image(alice)
    said = {"status": "x", "media_ids": [str(file.pk)]}
    ask("DELETE", f"/api/v1/statuses/{ask('POST', '/api/v1/statuses', said)['id']}")
    ask("POST", "/api/v1/statuses", said | {"scheduled_at": "2030-01-01T00:00:00Z"}, status=422)  # too far away
    due = (timezone.now() + timedelta(days=1)).isoformat()
    planned = ask("POST", "/api/v1/statuses", said | {"scheduled_at": due})
    erase_deleted_posts(timezone.now() + timedelta(hours=2))
    assert [one["id"] for one in planned["media_attachments"]] == [str(file.pk)]
    assert Attachment.objects.count() == 1


def test_who_may_quote_is_said_for_followers_and_strangers(api_as, alice, bob, carol):
    post = make.post(alice, quote_policy=QuotePolicy.FOLLOWERS)
    seen = [api_as(person)("GET", f"/api/v1/statuses/{post.pk}") for person in (alice, bob, carol)]
    assert [one["quote_approval"]["current_user"] for one in seen] == ["automatic", "automatic", "denied"]
