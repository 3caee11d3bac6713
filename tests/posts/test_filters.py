"""What filters catch, when, and what it costs to know."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import User
from events.models import Event
from posts import filters
from posts.display import get_cards
from posts.filters import filter_results, verdicts, wanted
from posts.models import Context, Filter, FilterAction, Post
from posts.services.filters import (
    add_keyword,
    add_post,
    change_filter,
    change_keyword,
    create_filter,
    delete_filter,
    remove_keyword,
    remove_post,
    set_keywords,
)
from posts.services.interact import share_post
from posts.services.polls import PollDraft
from tests import make

EVERYWHERE = list(Context.values)


@pytest.fixture(autouse=True)
def _forgetful() -> None:
    filters._compiled.clear()


def words_found(viewer: User, *texts: str, author: User) -> list[list[str]]:
    made = [make.post(author, text).pk for text in texts]
    results = filter_results(viewer, get_cards(made, viewer).values())
    return [[word for one in results.get(pk, []) for word in one.keyword_matches] for pk in made]


def make_filter(owner: User, *words: str, whole: bool = True, **fields: object) -> Filter:
    said = {"title": "Football", "contexts": EVERYWHERE} | fields
    return create_filter(owner, keywords=[(word, whole) for word in words], **said)


def test_whole_words_and_parts_of_words(alice: User, bob: User) -> None:
    make_filter(bob, "goal")
    assert words_found(bob, "A GOAL!", "goalkeeper", "own-goal", author=alice) == [["GOAL"], [], ["goal"]]
    make_filter(bob, "keep", whole=False)
    assert words_found(bob, "goalkeeper", author=alice) == [["keep"]]


def test_phrases_tags_and_marked_up_words(alice: User, bob: User) -> None:
    make_filter(bob, "world  cup", "#goal", "c++")
    texts = ["The **World**\nCup", "worldcup", "see #Goal", "#goals", "I write C++ here"]
    assert words_found(bob, *texts, author=alice) == [["World\nCup"], [], ["#Goal"], [], ["C++"]]


def test_letters_of_other_scripts_are_letters(alice: User, bob: User) -> None:
    make_filter(bob, "müll", "футбол")
    assert words_found(bob, "MÜLL", "Müllabfuhr", "Футбол", author=alice) == [["MÜLL"], [], ["Футбол"]]


def test_all_that_a_card_says_is_looked_at(alice: User, bob: User, carol: User) -> None:
    make_filter(bob, "goal")
    picture = make.image(alice, description="The second goal")
    quoted = make.post(carol, "What a goal")
    posts = [
        make.post(alice, "Look", spoiler="goal"),
        make.post(alice, "Look", attachments=[picture]),
        make.post(alice, "Look", quote_of=quoted),
        share_post(alice, quoted),
        make.post(alice, "Look", poll=PollDraft(["goal", "no"], timedelta(days=1))),
        make.post(alice, "Look"),
    ]
    cards = get_cards([post.pk for post in posts], bob)
    assert set(filter_results(bob, cards.values())) == {post.pk for post in posts[:-1]}


def test_a_single_post_is_caught_wherever_it_is_shown(alice: User, bob: User, carol: User, post: Post) -> None:
    made = make_filter(bob)
    row = add_post(bob, made, post)
    ids = [post.pk, share_post(carol, post).pk, make.post(carol, "Look", quote_of=post).pk]
    found = filter_results(bob, get_cards(ids, bob).values())
    assert [found[pk][0].status_matches for pk in ids] == [[post.pk]] * 3
    remove_post(bob, row)
    assert filter_results(bob, get_cards(ids, bob).values()) == {}


def test_ones_own_posts_are_never_caught(bob: User) -> None:
    make_filter(bob, "goal")
    assert words_found(bob, "goal", author=bob) == [[]]


def test_filters_are_ones_own(alice: User, bob: User, carol: User) -> None:
    make_filter(bob, "goal")
    assert words_found(carol, "goal", author=alice) == [[]]
    assert filter_results(None, get_cards([make.post(alice, "goal").pk], None).values()) == {}


def test_they_apply_where_and_as_long_as_they_are_meant_to(alice: User, bob: User) -> None:
    made = make_filter(bob, "goal", contexts=[Context.HOME], expires_at=timezone.now() + timedelta(hours=1))
    cards = get_cards([make.post(alice, "goal").pk], bob)
    assert [len(filter_results(bob, cards.values(), place)) for place in ("home", "thread")] == [1, 0]
    change_filter(bob, made, expires_at=timezone.now() - timedelta(seconds=1))
    assert filter_results(bob, cards.values()) == {}


def test_every_change_is_felt_at_once(alice: User, bob: User) -> None:
    made = make_filter(bob, "goal")
    keyword = add_keyword(bob, made, "penalty")
    assert words_found(bob, "goal penalty", author=alice) == [["goal", "penalty"]]
    change_keyword(bob, keyword, "corner")
    assert words_found(bob, "penalty corner", author=alice) == [["corner"]]
    remove_keyword(bob, keyword)
    assert words_found(bob, "goal corner", author=alice) == [["goal"]]
    set_keywords(bob, made, [("goal", False), ("foul", True)])
    assert words_found(bob, "goalkeeper foul", author=alice) == [["goal", "foul"]]
    delete_filter(bob, made)
    assert words_found(bob, "goal", author=alice) == [[]]
    assert Event.objects.filter(kind="filters", stream__name=f"user:{bob.pk}").count() == 6


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 101}, "title"),
        ({"contexts": []}, "contexts"),
        ({"contexts": ["home", "nowhere"]}, "contexts"),
        ({"action": "burn"}, "action"),
        ({"keywords": [(" ", True)]}, "keywords"),
        ({"keywords": [("x" * 101, True)]}, "keywords"),
        ({"keywords": [(str(n), True) for n in range(101)]}, "keywords"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(bob: User, fields: dict[str, object], name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        create_filter(bob, **({"title": "Football", "contexts": ["home"]} | fields))
    assert list(refused.value.message_dict) == [name]


def test_nobody_changes_anothers_filter(bob: User, carol: User, post: Post) -> None:
    made = make_filter(bob, "goal")
    acts = [
        lambda: change_filter(carol, made, title="Mine"),
        lambda: delete_filter(carol, made),
        lambda: add_keyword(carol, made, "x"),
        lambda: remove_keyword(carol, made.keywords.get()),
        lambda: add_post(carol, made, post),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    assert (Filter.objects.get().title, made.keywords.count(), made.posts.count()) == ("Football", 1, 0)


def test_pages_leave_out_fold_and_cover(alice: User, bob: User) -> None:
    for action in FilterAction.values:
        make_filter(bob, action, title=action.upper(), action=action)
    posts = [make.post(alice, text) for text in ("hide", "warn", "blur", "hide warn", "warn blur", "none")]
    cards = get_cards([post.pk for post in posts], bob)
    shown = wanted(bob, [cards[post.pk] for post in posts], Context.HOME)
    assert [(card.text, card.folded_by, card.is_covered) for card in shown] == [
        ("warn", ["WARN"], False),
        ("blur", [], True),
        ("warn blur", ["WARN"], True),
        ("none", (), False),
    ]
    assert verdicts(bob, cards.values(), Context.HOME)[posts[3].pk].hidden is True


@pytest.mark.parametrize("count", [1, 3, 20])
def test_knowing_costs_one_query_and_four_after_a_change(
    alice: User, bob: User, count: int, django_assert_num_queries
) -> None:
    for n in range(count):
        add_post(bob, make_filter(bob, f"goal{n}"), make.post(alice))
    cards = get_cards([make.post(alice, f"goal{n}").pk for n in range(count)], bob)
    with django_assert_num_queries(4):
        assert len(filter_results(bob, cards.values())) == count
    with django_assert_num_queries(1):
        assert len(filter_results(bob, cards.values())) == count
    with django_assert_num_queries(0):
        assert filter_results(None, cards.values()) == {}
