"""Pages of polls, posts to come, messages and filters, as browsers without script use them."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from posts.conversations import conversation_of
from posts.models import Filter, FilteredPost, Pin, Post, QuotePolicy, ScheduledPost, ThreadMute, Visibility
from posts.services.filters import create_filter
from posts.services.polls import PollDraft, vote_in_poll
from posts.services.schedule import schedule_post
from tests import make

DAY = timedelta(days=1)
DRINKS = PollDraft(["Tea", "Coffee"], DAY)


@pytest.fixture
def page(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


def typed(moment) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")


# --- polls ----------------------------------------------------------------------------------------------------------
def test_a_poll_is_asked_in_the_composer(page: Client, bob: User) -> None:
    said = {
        "text": "Well?",
        "extras": "1",
        "poll_option": ["Tea", "", "Coffee "],
        "poll_lasts": "3600",
        "poll_hides": "on",
    }
    response = page.post("/posts", said)
    poll = Post.objects.get().poll
    assert (response.status_code, [one.title for one in poll.options.all()]) == (302, ["Tea", "Coffee"])
    assert (poll.hides_totals, poll.is_multiple, poll.ends_at < timezone.now() + timedelta(minutes=61)) == (
        True,
        False,
        True,
    )


def test_a_poll_that_cannot_be_keeps_what_was_typed(page: Client) -> None:
    response = page.post(
        "/posts", {"text": "Well?", "extras": "1", "poll_option": ["Only <one>", ""], "poll_lasts": "3600"}
    )
    shown = response.content.decode()
    assert (response.status_code, Post.objects.count()) == (422, 0)
    assert ("from 2 to 10 answers" in shown, 'value="Only &lt;one&gt;"' in shown) == (True, True)


def test_an_edit_leaves_the_poll_alone_unless_it_is_changed(client: Client, alice: User, bob: User) -> None:
    client.force_login(alice)
    post = make.post(alice, "Well?", poll=DRINKS)
    vote_in_poll(bob, post.poll, [1])
    shown = client.get(f"/posts/{post.pk}/edit").content.decode()
    assert ('value="Tea"' in shown, "start the votes anew" in shown) == (True, True)
    same = {"text": "Well then?", "based_on": "", "extras": "1", "poll_option": ["Tea", "Coffee"], "poll_lasts": ""}
    client.post(f"/posts/{post.pk}/edit", same)
    assert Post.objects.get(pk=post.pk).poll.voters_count == 1
    mark = Post.objects.get(pk=post.pk).edited_at.isoformat()
    client.post(f"/posts/{post.pk}/edit", same | {"based_on": mark, "poll_option": ["Tea", "Milk"]})
    assert Post.objects.get(pk=post.pk).poll.voters_count == 0


def test_a_short_edit_form_does_not_take_the_poll_away(client: Client, alice: User, post: Post) -> None:
    client.force_login(alice)
    comment = make.comment(alice, post, "Well?", poll=DRINKS)
    client.post(f"/posts/{comment.pk}/edit", {"text": "Well then?", "based_on": ""}, headers={"HX-Request": "true"})
    assert (Post.objects.get(pk=comment.pk).text, Post.objects.get(pk=comment.pk).has_poll) == ("Well then?", True)


def test_voting_without_script_leads_back_and_with_it_shows_the_counts(page: Client, alice: User, carol: User) -> None:
    post = make.post(alice, "Well?", poll=DRINKS)
    vote_in_poll(carol, post.poll, [0])
    assert "data-open" in page.get(f"/posts/{post.pk}").content.decode()
    response = page.post(f"/posts/{post.pk}/vote", {"choice": "1"}, headers={"HX-Request": "true"})
    shown = response.content.decode()
    assert (shown.count("50 %"), "data-open" in shown, "your answer" in shown) == (2, False, True)
    again = page.post(f"/posts/{post.pk}/vote", {"choice": "1"}, follow=True)
    assert ("You have voted already." in again.content.decode(), post.poll.ballots.count()) == (True, 2)


@pytest.mark.parametrize("choice", [[], ["x"], ["7"], ["-1"], ["0", "1"], ["9" * 40], ["9" * 5000], ["\0"]])
def test_votes_that_mean_nothing_are_told_so(page: Client, alice: User, choice: list[str]) -> None:
    post = make.post(alice, "Well?", poll=DRINKS)
    response = page.post(f"/posts/{post.pk}/vote", {"choice": choice}, headers={"HX-Request": "true"})
    assert (response.status_code, 'role="alert"' in response.content.decode(), post.poll.voters_count) == (200, True, 0)


def test_there_is_nothing_to_vote_on_without_a_poll(page: Client, post: Post) -> None:
    assert page.post(f"/posts/{post.pk}/vote", {"choice": "0"}).status_code == 404


def test_hidden_counts_stay_hidden(page: Client, alice: User, bob: User) -> None:
    post = make.post(alice, "Guess", poll=PollDraft(["A", "B"], DAY, hides_totals=True))
    vote_in_poll(bob, post.poll, [0])
    assert "%</span>" not in page.get(f"/posts/{post.pk}").content.decode().replace(" ", "")


# --- pins, quiet, quotes --------------------------------------------------------------------------------------------
def test_what_the_menu_does(client: Client, alice: User, bob: User, post: Post) -> None:
    client.force_login(alice)
    quote = make.post(bob, "Look", quote_of=post)
    for address in (f"/posts/{post.pk}/pin", f"/posts/{post.pk}/quiet", f"/posts/{quote.pk}/unquote"):
        assert client.post(address).status_code == 302
    assert (Pin.objects.count(), ThreadMute.objects.count(), Post.objects.get(pk=quote.pk).quote_of) == (1, 1, None)
    for address in (f"/posts/{post.pk}/pin", f"/posts/{post.pk}/quiet"):
        client.post(address, {"undo": "1"})
    assert (Pin.objects.count(), ThreadMute.objects.count()) == (0, 0)
    assert client.post(f"/posts/{quote.pk}/unquote").status_code == 404


def test_others_posts_are_not_pinned_nor_unquoted(page: Client, alice: User, carol: User, post: Post) -> None:
    quote = make.post(carol, "Look", quote_of=post)
    assert [page.post(f"/posts/{one.pk}/{act}").status_code for one, act in ((post, "pin"), (quote, "unquote"))] == [
        403,
        403,
    ]


def test_the_composer_says_who_may_quote(page: Client) -> None:
    page.post("/posts", {"text": "Mine", "extras": "1", "quote_policy": "2"})
    assert Post.objects.get().quote_policy == QuotePolicy.NOBODY


@pytest.mark.parametrize(("policy", "is_open"), [("0", False), ("2", True)])
def test_who_may_quote_unfolds_when_somebody_chose(page: Client, policy: str, is_open: bool) -> None:
    again = page.post("/posts", {"text": "", "extras": "1", "quote_policy": policy}).text
    details = again.partition("Who may quote</summary>")[0].rpartition("<details")[2]
    assert ("open" in details.partition(">")[0]) == is_open


# --- posts to come --------------------------------------------------------------------------------------------------
def test_a_later_time_keeps_the_post(page: Client, bob: User) -> None:
    due = timezone.now() + DAY
    said = {"text": "Later", "extras": "1", "due": typed(due), "due_offset": "-120"}
    assert page.post("/posts", said)["location"] == "/scheduled"
    kept = ScheduledPost.objects.get()
    assert (typed(kept.due), Post.objects.count()) == (typed(due - timedelta(hours=2)), 0)
    assert "Later" in page.get("/scheduled").content.decode()


@pytest.mark.parametrize("due", ["tomorrow", "0001-01-01T00:00", "2020-01-01T10:00"])
def test_a_time_that_cannot_be_is_told_beside_its_field(page: Client, due: str) -> None:
    response = page.post("/posts", {"text": "Later", "extras": "1", "due": due})
    assert (response.status_code, 'id="due-error"' in response.content.decode()) == (422, True)
    assert Post.objects.count() == ScheduledPost.objects.count() == 0


def test_a_post_to_come_is_changed_and_taken_back(page: Client, bob: User) -> None:
    file = make.image(bob)
    kept = schedule_post(bob, due=timezone.now() + DAY, text="One", attachments=[file], poll=DRINKS)
    shown = page.get(f"/scheduled/{kept.pk}").content.decode()
    assert ("One</textarea>" in shown, 'value="Tea"' in shown, typed(kept.due) in shown) == (True, True, True)
    said = {"text": "Two", "extras": "1", "due": typed(timezone.now() + 2 * DAY), "attachment": str(file.pk)}
    assert page.post(f"/scheduled/{kept.pk}", said).status_code == 302
    kept.refresh_from_db()
    assert (kept.text, kept.poll, kept.files.get().attachment) == ("Two", None, file)
    assert page.post(f"/scheduled/{kept.pk}", said | {"due": ""}).status_code == 422
    page.post(f"/scheduled/{kept.pk}/cancel")
    assert ScheduledPost.objects.count() == 0


def test_anothers_post_to_come_is_not_there(page: Client, alice: User) -> None:
    kept = schedule_post(alice, due=timezone.now() + DAY, text="Secret")
    answers = [page.get(f"/scheduled/{kept.pk}"), page.post(f"/scheduled/{kept.pk}/cancel"), page.get("/scheduled/5")]
    assert ([one.status_code for one in answers], ScheduledPost.objects.count()) == ([404] * 3, 1)
    assert "Secret" not in page.get("/scheduled").content.decode()


# --- messages -------------------------------------------------------------------------------------------------------
def test_messages_are_listed_read_and_put_away(page: Client, alice: User, bob: User) -> None:
    post = make.post(alice, "@bob hello", visibility=Visibility.DIRECT)
    side = conversation_of(bob, post)
    assert "note unread" in page.get("/messages").content.decode()
    shown = page.get(f"/messages/{side.pk}").content.decode()
    assert ("hello" in shown, f'value="{post.pk}"' in shown) == (True, True)
    page.post(f"/messages/{side.pk}/read")
    assert "note unread" not in page.get("/messages").content.decode()
    page.post(f"/messages/{side.pk}/away")
    assert "hello" not in page.get("/messages").content.decode()


def test_anothers_conversation_is_not_there(page: Client, alice: User, carol: User, bob: User) -> None:
    side = conversation_of(carol, make.post(alice, "@carol hello", visibility=Visibility.DIRECT))
    answers = [page.get(f"/messages/{side.pk}"), *(page.post(f"/messages/{side.pk}/{act}") for act in ("read", "away"))]
    assert [one.status_code for one in answers] == [404] * 3


# --- filters --------------------------------------------------------------------------------------------------------
def test_a_filter_is_written_down_changed_and_deleted(page: Client, alice: User) -> None:
    said = {"title": "Football", "words": "goal\npenalty kick", "parts": "foot", "contexts": ["home"], "action": "hide"}
    page.post("/settings/filters/new", said | {"lasts": "3600"})
    made = Filter.objects.get()
    assert [(row.keyword, row.whole_word) for row in made.keywords.all()] == [
        ("goal", True), ("penalty kick", True), ("foot", False),
    ]  # fmt: skip
    assert (made.action, made.contexts, made.expires_at > timezone.now()) == ("hide", ["home"], True)
    page.post(f"/settings/filters/{made.pk}", said | {"words": "corner", "lasts": "keep"})
    made.refresh_from_db()
    assert ({row.keyword for row in made.keywords.all()}, made.expires_at is not None) == ({"corner", "foot"}, True)
    page.post(f"/settings/filters/{made.pk}/delete")
    assert Filter.objects.count() == 0


def test_a_filter_without_a_name_is_shown_again(page: Client) -> None:
    response = page.post("/settings/filters/new", {"title": "", "words": "goal", "action": "warn"})
    assert (response.status_code, "goal</textarea>" in response.content.decode()) == (422, True)


def test_anothers_filter_is_not_there(page: Client, alice: User, post: Post) -> None:
    made = create_filter(alice, title="Mine", contexts=["home"])
    answers = [page.get(f"/settings/filters/{made.pk}"), page.post(f"/settings/filters/{made.pk}/delete"),
               page.post(f"/posts/{post.pk}/filter", {"filter": str(made.pk)})]  # fmt: skip
    assert ([one.status_code for one in answers], FilteredPost.objects.count()) == ([404] * 3, 0)


def test_one_post_is_filtered_from_its_menu(page: Client, bob: User, post: Post) -> None:
    made = create_filter(bob, title="Enough", contexts=["home"])
    assert page.post(f"/posts/{post.pk}/filter", {"filter": str(made.pk)}).status_code == 302
    assert "Filtered: Enough" in page.get("/").content.decode()
    page.post(f"/posts/{post.pk}/filter", {"filter": str(made.pk), "undo": "1"})
    assert "Filtered: Enough" not in page.get("/").content.decode()


def test_a_filter_leaves_out_on_home_and_folds_in_a_talk(page: Client, alice: User, bob: User, post: Post) -> None:
    create_filter(bob, title="Football", contexts=["home", "thread"], action="hide", keywords=[("goal", True)])
    make.post(alice, "What a goal")
    make.comment(alice, post, "A goal as well")
    assert "What a goal" not in page.get("/").content.decode()
    assert "What a goal" in page.get("/@alice").content.decode()
    talk = page.get(f"/posts/{post.pk}").content.decode()
    assert ("Filtered: Football" in talk, "A goal as well" in talk) == (True, True)


@pytest.mark.parametrize(
    "address", ["/scheduled", "/messages", "/settings/filters", "/settings/filters/new", "/scheduled/5", "/messages/5"]
)
def test_strangers_are_asked_to_sign_in(client: Client, db: None, address: str) -> None:
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_for_any_number(
    page: Client, alice: User, bob: User, count: int, django_assert_num_queries
) -> None:
    for n in range(count):
        schedule_post(bob, due=timezone.now() + DAY, text=f"Later {n}", attachments=[make.image(bob)])
        create_filter(bob, title=f"Filter {n}", contexts=["home"], keywords=[(f"word{n}", True)])
        make.post(make.user(f"friend{n}"), "@bob hello", visibility=Visibility.DIRECT)
    for address, queries in (("/scheduled", 6), ("/settings/filters", 6), ("/messages", 6)):
        page.get(address)
        with django_assert_num_queries(queries):
            page.get(address)
