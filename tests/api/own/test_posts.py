"""Posts over the API, beyond the dialect."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from posts.models import Post, ScheduledPost, Visibility
from posts.services.change import delete_post, edit_post
from posts.services.polls import PollDraft
from posts.services.schedule import schedule_post
from tests import make

OWN = "/api/polylog/v1"


# --- the talk below a post ------------------------------------------------------------------------------------------
def test_a_talk_comes_as_a_tree_in_parts_with_honest_numbers(api, alice, bob):
    post = make.post(alice)
    first = make.comment(bob, post, "one")
    below = make.comment(alice, first, "one, one")
    second = make.comment(bob, post, "two")
    part = api("GET", f"{OWN}/statuses/{post.pk}/comments", {"limit": 2})
    assert (part["total"], part["voices"], part["more"], part["last_id"]) == (3, 2, 1, str(first.pk))
    places = [(one["id"], one["parent_id"], one["depth"], one["more"]) for one in part["comments"]]
    assert places == [(str(first.pk), str(post.pk), 1, 0), (str(below.pk), str(first.pk), 2, 0)]
    rest = api("GET", f"{OWN}/statuses/{post.pk}/comments", {"limit": 2, "after": part["last_id"]})
    assert [one["id"] for one in rest["comments"]] == [str(second.pk)]
    assert (rest["total"], rest["more"], rest["last_id"]) == (3, 0, None)


def test_answers_left_out_below_a_comment_are_counted_and_found_there(api, alice, bob):
    post = make.post(alice)
    first = make.comment(bob, post, "one")
    answers = [make.comment(alice, first, f"{n}") for n in range(3)]
    [comment, shown] = api("GET", f"{OWN}/statuses/{post.pk}/comments", {"limit": 2})["comments"]
    assert (comment["more"], comment["last_reply_id"], shown["id"]) == (2, str(answers[0].pk), str(answers[0].pk))
    rest = api("GET", f"{OWN}/statuses/{first.pk}/comments", {"after": comment["last_reply_id"]})
    assert [one["id"] for one in rest["comments"]] == [str(one.pk) for one in answers[1:]]


def test_a_deleted_comment_keeps_its_place_and_is_not_counted(api, alice, bob):
    post = make.post(alice)
    gone = make.comment(bob, post, "secret")
    make.comment(alice, gone, "answer")
    delete_post(bob, gone)
    part = api("GET", f"{OWN}/statuses/{post.pk}/comments")
    assert part["total"] == 1
    assert [one["status"] and one["status"]["content"] for one in part["comments"]] == [None, "<p>answer</p>"]


@pytest.mark.parametrize("count", [1, 3, 20])
def test_a_talk_costs_the_same_however_long_it_is(api_as, alice, bob, django_assert_num_queries, count):
    post = make.post(alice)
    for n in range(count):
        make.comment(alice, post, f"{n}")
    api = api_as(bob)
    api("GET", f"{OWN}/statuses/{post.pk}/comments")
    with django_assert_num_queries(6):
        assert api("GET", f"{OWN}/statuses/{post.pk}/comments")["total"] == count


def test_comments_of_somebody_are_told_from_their_posts(api, alice, bob):
    post = make.post(alice)
    said = [make.comment(bob, post, f"{n}") for n in range(3)]
    make.post(bob, "a post")
    page = api.ask("GET", f"{OWN}/accounts/{bob.pk}/comments", {"limit": 2})
    assert [one["id"] for one in page.json()] == [str(said[2].pk), str(said[1].pk)]
    older = api("GET", f"{OWN}/accounts/{bob.pk}/comments", {"max_id": said[1].pk})
    assert [one["id"] for one in older] == [str(said[0].pk)]
    assert f"max_id={said[1].pk}" in page.headers["Link"]


# --- what changed, and bringing back --------------------------------------------------------------------------------
def test_what_changed_is_told_word_by_word(api, alice):
    post = make.post(alice, "Good morning all")
    edit_post(alice, post, text="Good evening all")
    [now, then] = api("GET", f"{OWN}/statuses/{post.pk}/changes")
    assert [(run["kind"], run["text"]) for run in now["words"]] == [
        ("same", "Good "), ("del", "morning"), ("ins", "evening"), ("same", " all"),
    ]  # fmt: skip
    assert (then["is_first"], then["words"], now["files_changed"]) == (
        True,
        [{"kind": "same", "text": "Good morning all"}],
        False,
    )


def test_a_deleted_post_comes_back_within_the_hour(api_as, alice):
    post = make.post(alice, "Back again")
    api = api_as(alice)
    api("DELETE", f"/api/v1/statuses/{post.pk}")
    assert api("POST", f"{OWN}/statuses/{post.pk}/restore")["content"] == "<p>Back again</p>"
    api("POST", f"{OWN}/statuses/{post.pk}/restore", status=404)


def test_others_and_those_too_late_find_nothing_to_bring_back(api_as, alice, bob):
    post = make.post(alice)
    delete_post(alice, post)
    api_as(bob)("POST", f"{OWN}/statuses/{post.pk}/restore", status=404)
    Post.objects.filter(pk=post.pk).update(deleted_at=timezone.now() - timedelta(minutes=61))
    api_as(alice)("POST", f"{OWN}/statuses/{post.pk}/restore", status=404)


# --- descriptions ---------------------------------------------------------------------------------------------------
def test_a_description_is_proposed_seen_by_the_author_and_taken(api_as, alice, bob):
    file = make.image(alice)
    address = f"{OWN}/statuses/{make.post(alice, attachments=[file]).pk}/descriptions"
    said = {"descriptions": [{"id": str(file.pk), "description": "A slope of colours"}]}
    [made] = api_as(bob)("POST", address, said)
    assert (made["media_id"], made["text"], made["account"]["acct"]) == (str(file.pk), "A slope of colours", "bob")
    assert api_as(alice)("GET", address) == [made]
    api_as(bob)("GET", address, status=403)
    api_as(bob)("POST", f"{address}/{bob.pk}/accept", status=403)
    assert api_as(alice)("POST", f"{address}/{bob.pk}/accept") == {"count": 1}
    file.refresh_from_db()
    assert file.description == "A slope of colours"
    api_as(alice)("POST", f"{address}/{bob.pk}/decline", status=404)


def test_one_does_not_propose_to_oneself_nor_for_other_files(api_as, alice, bob):
    file, other = make.image(alice), make.image(alice)
    address = f"{OWN}/statuses/{make.post(alice, attachments=[file]).pk}/descriptions"
    api_as(alice)("POST", address, {"descriptions": [{"id": str(file.pk), "description": "x"}]}, status=403)
    api_as(bob)("POST", address, {"descriptions": [{"id": str(other.pk), "description": "x"}]}, status=422)


# --- posts to come, and messages ------------------------------------------------------------------------------------
@pytest.fixture
def to_come(alice) -> ScheduledPost:
    poll = PollDraft(["tea", "coffee"], timedelta(days=1))
    return schedule_post(alice, due=timezone.now() + timedelta(hours=1), text="Later", poll=poll)


def test_a_post_to_come_is_changed_and_the_rest_of_it_stays(api_as, alice, to_come):
    api = api_as(alice)
    changed = api("PUT", f"{OWN}/scheduled_statuses/{to_come.pk}", {"status": "Soon", "visibility": "private"})
    assert (changed["params"]["text"], changed["params"]["visibility"]) == ("Soon", "private")
    assert changed["params"]["poll"]["options"] == ["tea", "coffee"]
    assert changed["scheduled_at"][:16] == to_come.due.strftime("%Y-%m-%dT%H:%M")
    file = make.image(alice)
    changed = api("PUT", f"{OWN}/scheduled_statuses/{to_come.pk}", {"media_ids": [str(file.pk)]})
    assert (changed["params"]["media_ids"], changed["params"]["poll"]) == ([str(file.pk)], None)


def test_a_post_to_come_keeps_the_rules_of_posts(api_as, alice, to_come):
    api, address = api_as(alice), f"{OWN}/scheduled_statuses/{to_come.pk}"
    soon = (timezone.now() + timedelta(minutes=1)).isoformat()
    assert "Validation failed" in api("PUT", address, {"scheduled_at": soon}, status=422)["error"]
    make.post(alice, attachments=[taken := make.image(alice)])
    api("PUT", address, {"media_ids": [str(taken.pk)]}, status=422)


def test_an_answer_to_come_stays_for_whom_the_post_above_is_for(api_as, alice, bob):
    above = make.post(alice, visibility=Visibility.FOLLOWERS)
    row = schedule_post(bob, due=timezone.now() + timedelta(hours=1), text="x", reply_to=above)
    changed = api_as(bob)("PUT", f"{OWN}/scheduled_statuses/{row.pk}", {"visibility": "public"})
    assert changed["params"]["visibility"] == "private"


def test_a_conversation_is_read_page_by_page(api_as, alice, bob):
    said = [make.post(alice, f"{n} @bob", visibility=Visibility.DIRECT) for n in range(3)]
    side = bob.conversations.get()
    page = api_as(bob)("GET", f"{OWN}/conversations/{side.pk}/statuses", {"limit": 2})
    assert [one["id"] for one in page] == [str(said[2].pk), str(said[1].pk)]
    rest = api_as(bob)("GET", f"{OWN}/conversations/{side.pk}/statuses", {"limit": 2, "max_id": said[1].pk})
    assert [one["id"] for one in rest] == [str(said[0].pk)]
