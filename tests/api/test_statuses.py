"""Posts over the API."""

import pytest

from posts.models import Like, Post, Visibility
from tests import make


def test_a_post_has_every_attribute(api, alice):
    post = make.post(alice, text="Hello #World")
    status = api("GET", f"/api/v1/statuses/{post.pk}")
    assert status["id"] == str(post.pk)
    assert status["account"]["acct"] == "alice"
    assert status["tags"] == [{"name": "World", "url": "http://localhost:8000/tags/world"}]
    assert status["created_at"].endswith("Z") and len(status["created_at"]) == 24


def test_it_answers_with_a_slash_at_the_end_too(api, alice):
    post = make.post(alice)
    assert api("GET", f"/api/v1/statuses/{post.pk}/")["id"] == str(post.pk)


def test_the_home_timeline_pages_both_ways(api_as, alice, bob):
    posts = [make.post(alice, text=f"{n}") for n in range(5)]
    api = api_as(bob)
    first = api.ask("GET", "/api/v1/timelines/home", {"limit": 2})
    assert [status["id"] for status in first.json()] == [str(posts[4].pk), str(posts[3].pk)]
    assert first.headers["Link"] == (
        f'<http://localhost:8000/api/v1/timelines/home?limit=2&max_id={posts[3].pk}>; rel="next", '
        f'<http://localhost:8000/api/v1/timelines/home?limit=2&min_id={posts[4].pk}>; rel="prev"'
    )
    above = api("GET", "/api/v1/timelines/home", {"limit": 2, "min_id": posts[0].pk})
    assert [status["id"] for status in above] == [str(posts[2].pk), str(posts[1].pk)]
    since = api("GET", "/api/v1/timelines/home", {"limit": 2, "since_id": posts[0].pk})
    assert [status["id"] for status in since] == [str(posts[4].pk), str(posts[3].pk)]


def test_somebody_publishes_and_the_same_key_publishes_once(api_as, alice):
    api = api_as(alice)
    said = {"status": "Hi", "visibility": "private", "spoiler_text": "mind", "language": "de"}
    first = api("POST", "/api/v1/statuses", said, headers={"Idempotency-Key": "one"})
    again = api("POST", "/api/v1/statuses", said, headers={"Idempotency-Key": "one"})
    assert first["id"] == again["id"] and Post.objects.count() == 1
    post = Post.objects.get()
    assert (post.text, post.visibility, post.spoiler, post.language) == ("Hi", Visibility.FOLLOWERS, "mind", "de")


def test_an_answer_for_fewer_people_is_refused_not_widened(api_as, alice, bob):
    post = make.post(alice)
    said = {"status": "psst", "in_reply_to_id": str(post.pk), "visibility": "direct"}
    assert "Choose the same audience" in api_as(bob)("POST", "/api/v1/statuses", said, status=422)["error"]
    assert Post.objects.comments().count() == 0


def test_a_like_is_counted_in_the_answer(api_as, alice, bob):
    post = make.post(alice)
    status = api_as(bob)("POST", f"/api/v1/statuses/{post.pk}/favourite")
    assert (status["favourited"], status["favourites_count"]) == (True, 1)
    status = api_as(bob)("POST", f"/api/v1/statuses/{post.pk}/unfavourite")
    assert (status["favourited"], status["favourites_count"], Like.objects.count()) == (False, 0, 0)


def test_a_share_answers_with_the_wrapper_and_its_end_with_the_post(api_as, alice, bob):
    post = make.post(alice)
    share = api_as(bob)("POST", f"/api/v1/statuses/{post.pk}/reblog")
    assert share["id"] != str(post.pk) and share["reblog"]["id"] == str(post.pk)
    assert (share["reblogged"], share["account"]["acct"], share["reblog"]["reblogs_count"]) == (True, "bob", 1)
    assert api_as(bob)("POST", f"/api/v1/statuses/{post.pk}/unreblog")["reblogged"] is False


def test_the_context_of_a_comment(api, alice, bob):
    post = make.post(alice)
    upper = make.comment(bob, post, "a")
    one, other = make.comment(alice, upper, "b"), make.comment(bob, post, "c")
    below = make.comment(bob, one, "d")
    context = api("GET", f"/api/v1/statuses/{upper.pk}/context")
    assert [status["id"] for status in context["ancestors"]] == [str(post.pk)]
    assert [status["id"] for status in context["descendants"]] == [str(one.pk), str(below.pk)]
    whole = api("GET", f"/api/v1/statuses/{post.pk}/context")["descendants"]
    assert [status["id"] for status in whole] == [str(pk) for pk in (upper.pk, one.pk, below.pk, other.pk)]


def test_an_edit_is_in_the_history(api_as, alice):
    post = make.post(alice, text="one")
    api = api_as(alice)
    assert api("PUT", f"/api/v1/statuses/{post.pk}", {"status": "two"})["edited_at"]
    versions = api("GET", f"/api/v1/statuses/{post.pk}/history")
    assert [version["content"] for version in versions] == ["<p>one</p>", "<p>two</p>"]
    assert api("GET", f"/api/v1/statuses/{post.pk}/source")["text"] == "two"


def test_the_source_is_for_whom_the_post_is_for(api_as, alice, bob, carol):
    shown, kept = make.post(alice, text="*one*"), make.post(alice, text="*two*", visibility=Visibility.FOLLOWERS)
    make.follow(bob, alice)
    for reader in (bob, None):
        assert api_as(reader)("GET", f"/api/v1/statuses/{shown.pk}/source")["text"] == "*one*"
    assert api_as(bob)("GET", f"/api/v1/statuses/{kept.pk}/source")["text"] == "*two*"
    for stranger in (carol, None):
        api_as(stranger)("GET", f"/api/v1/statuses/{kept.pk}/source", status=404)


def test_a_deleted_post_gives_its_source(api_as, alice):
    post = make.post(alice, text="*one*")
    assert api_as(alice)("DELETE", f"/api/v1/statuses/{post.pk}")["text"] == "*one*"
    api_as(alice)("GET", f"/api/v1/statuses/{post.pk}", status=404)


@pytest.mark.parametrize("path", ["statuses/1", "statuses/99999999999999999999", "statuses/x", "nothing"])
def test_what_is_not_there_says_so(api, db, path):
    assert api("GET", f"/api/v1/{path}", status=404) == {"error": "Record not found"}


def test_the_rules_of_tokens(api, api_as, alice):
    assert api("GET", "/api/v1/timelines/home", status=401) == {"error": "The access token is invalid"}
    assert api_as(None)("GET", "/api/v1/timelines/home", status=422)["error"].endswith("authenticated user")
    assert api_as(alice, "write")("GET", "/api/v1/timelines/home", status=403)["error"].endswith("authorized scopes")
    alice.is_active = False
    alice.save()
    assert api_as(alice)("GET", "/api/v1/timelines/home", status=403) == {"error": "Your login is currently disabled"}


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_takes_the_same_queries_however_long(api_as, alice, bob, count, django_assert_num_queries):
    for n in range(count):
        make.post(alice, text=f"@bob #tag {n}", attachments=[make.image(alice)])
    api = api_as(bob)
    api("GET", "/api/v1/timelines/home")
    with django_assert_num_queries(9):
        assert len(api("GET", "/api/v1/timelines/home")) == count


def test_files_of_posts_for_followers_come_with_a_ticket(api_as, client, alice, bob):
    post = make.post(alice, visibility=Visibility.FOLLOWERS, attachments=[make.image(alice)])
    (file,) = api_as(bob)("GET", f"/api/v1/statuses/{post.pk}")["media_attachments"]
    assert client.get(file["url"].removeprefix("http://localhost:8000")).status_code == 200
    assert client.get(file["url"].partition("?")[0].removeprefix("http://localhost:8000")).status_code == 404


@pytest.mark.parametrize(
    ("language", "kept"), [("de", "de"), ("pt-BR", "pt-BR"), ("de'", "en"), ("a _open", "en"), ("", "")]
)
def test_what_names_no_language_is_left_out(api_as, alice, language, kept):
    alice.post_language = "en"
    alice.save()
    made = api_as(alice)("POST", "/api/v1/statuses", {"status": "x", "language": language})
    assert (made["language"] or "") == kept
