"""Lists of people: what may be done with them, and that their engine gives the same as asking plainly."""

from __future__ import annotations

import random

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, Q

from accounts.models import Follow
from accounts.services.ties import block_person, mute_person
from core.pagination import Cursor
from feeds import lists
from feeds.lists import get_list, list_ids, lists_of, lists_with, members_of, read_list
from feeds.models import ListMember, Marker, PeopleList, RepliesPolicy
from feeds.services.lists import add_to_list, change_list, create_list, delete_list, remove_from_list
from feeds.services.markers import save_marker
from posts.models import Post, Visibility
from posts.services.erase import erase_person
from posts.services.interact import share_post
from tests import make


def texts(page):
    return [post.subject.text for post in page.items]


def make_list(owner, *persons, **fields):
    made = create_list(owner, "Friends", **fields)
    add_to_list(owner, made, persons)
    return made


# --- what is done with them -----------------------------------------------------------------------------------------
def test_people_are_on_it_once(alice, bob, carol):
    made = make_list(bob, alice)
    add_to_list(bob, made, [alice, carol])
    assert members_of(made, bob).items == [carol, alice]
    remove_from_list(bob, made, [alice, bob])
    assert (members_of(made, bob).items, list(lists_with(bob, carol)), list(lists_with(bob, alice))) == (
        [carol], [made], [],
    )  # fmt: skip


def test_a_list_is_its_owners_alone(alice, bob, carol):
    made = make_list(bob, alice)
    acts = [
        lambda: change_list(carol, made, title="Mine"),
        lambda: delete_list(carol, made),
        lambda: add_to_list(carol, made, [carol]),
        lambda: remove_from_list(carol, made, [alice]),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    assert (get_list(carol, made.pk), get_list(bob, made.pk), members_of(made, bob).items) == (None, made, [alice])


def test_nobody_unseen_is_put_on_a_list(alice, bob, dave):
    for owner, person in ((dave, alice), (alice, dave)):
        with pytest.raises(PermissionDenied):
            make_list(owner, person)
    assert ListMember.objects.count() == 0


def test_it_is_changed_and_deleted(alice, bob):
    made = make_list(bob, alice)
    changed = change_list(bob, made, title=" Close ", replies_policy=RepliesPolicy.NONE, is_exclusive=True)
    assert (changed.title, changed.replies_policy, changed.is_exclusive) == ("Close", "none", True)
    assert change_list(bob, made).title == "Close"
    delete_list(bob, made)
    assert PeopleList.objects.count() == ListMember.objects.count() == 0


@pytest.mark.parametrize(("title", "policy"), [(" ", "list"), ("x" * 101, "list"), ("Good", "some")])
def test_nonsense_is_refused(bob, title, policy):
    with pytest.raises(ValidationError):
        create_list(bob, title, replies_policy=policy)
    assert PeopleList.objects.count() == 0


def test_there_is_an_end_to_lists_and_members(alice, bob, carol, monkeypatch):
    monkeypatch.setattr("feeds.services.lists.LISTS", 1)
    monkeypatch.setattr("feeds.services.lists.MEMBERS", 1)
    made = make_list(bob, alice)
    with pytest.raises(ValidationError, match="up to 1 lists"):
        create_list(bob, "Another")
    with pytest.raises(ValidationError, match="up to 1 people"):
        add_to_list(bob, made, [carol])


def test_whoever_leaves_is_on_no_list_and_keeps_none(alice, bob):
    make_list(bob, alice)
    make_list(alice, bob)
    save_marker(alice, "home", 5)
    erase_person(alice)
    assert (PeopleList.objects.count(), ListMember.objects.count(), Marker.objects.count()) == (1, 0, 0)


# --- what they show -------------------------------------------------------------------------------------------------
def test_it_shows_what_its_people_say_newest_first(alice, bob, carol):
    made = make_list(bob, alice)
    make.post(alice, "one")
    make.post(carol, "not on the list")
    share_post(alice, make.post(carol, "shared"))
    make.post(bob, "mine")
    assert texts(read_list(made, bob)) == ["shared", "one"]


@pytest.mark.parametrize(
    ("policy", "shown"),
    [
        (RepliesPolicy.NONE, []),
        (RepliesPolicy.LIST, ["to carol", "to myself"]),
        (RepliesPolicy.FOLLOWED, ["to mod", "to myself"]),
    ],
)
def test_it_shows_the_answers_its_owner_wants(alice, bob, carol, mod, policy, shown):
    made = make_list(bob, alice, carol, replies_policy=policy)
    make.follow(bob, mod)
    stranger = make.user("stranger")
    for name, person in (("myself", alice), ("stranger", stranger), ("mod", mod), ("carol", carol)):
        parent = make.post(person, f"of {name}", visibility=Visibility.UNLISTED)
        make.comment(alice, parent, f"to {name}")
    assert [text for text in texts(read_list(made, bob)) if text.startswith("to ")] == sorted(
        shown, key=["to carol", "to mod", "to myself"].index
    )


def test_it_shows_nothing_its_owner_may_not_see_or_does_not_want(alice, bob, carol):
    made = make_list(carol, alice, bob)
    make.post(alice, "for followers", visibility=Visibility.FOLLOWERS)
    make.post(alice, "public")
    make.post(bob, "loud")
    mute_person(carol, bob)
    assert texts(read_list(made, carol)) == ["public"]
    block_person(alice, carol)
    assert (texts(read_list(made, carol)), members_of(made, carol).items) == ([], [bob])


# --- the engine against the plain question --------------------------------------------------------------------------
def plainly(people, viewer):
    on_list = list(people.members.values_list("person", flat=True))
    answered = Q(reply_to__author=F("author")) | Q(reply_to__author=viewer)
    if people.replies_policy == RepliesPolicy.LIST:
        answered |= Q(reply_to__author__in=on_list)
    else:
        answered |= Q(
            reply_to__author__in=list(Follow.objects.filter(follower=viewer).values_list("followee", flat=True))
        )
    shown = Q(reply_to=None) if people.replies_policy == RepliesPolicy.NONE else Q(reply_to=None) | answered
    posts = Post.objects.visible_to(viewer).wanted_by(viewer).filter(shown, author__in=on_list)
    return list(posts.order_by("-pk").values_list("pk", flat=True))


def walk(people, viewer, cursor, size):
    met = []
    while found := list_ids(people, viewer, cursor, size):
        met += found
        cursor = Cursor(found[-1], cursor.upward)
    return met


@pytest.mark.parametrize("seed", range(6))
def test_pages_are_the_plain_answer_cut(db, monkeypatch, seed):
    chance = random.Random(seed)
    persons = [make.user(f"person{n}") for n in range(6)]
    for _ in range(10):
        one, other = chance.sample(persons, 2)
        make.follow(one, other)
    posts = [make.post(chance.choice(persons), visibility=chance.choice([0, 0, 1, 2, 3]), text="@person1 words")]
    for n in range(45):
        who, parent = chance.choice(persons), chance.choice(posts)
        if n % 2 and Post.objects.visible_to(who).filter(pk=parent.pk).exists():
            posts.append(make.comment(who, parent))
        else:
            posts.append(make.post(who, visibility=chance.choice([0, 0, 1, 2, 3]), text="@person1 words"))
    monkeypatch.setattr(lists, "WINDOW", chance.randint(1, 12))
    monkeypatch.setattr(lists, "SPEAKERS", chance.randint(1, 3))
    for policy in RepliesPolicy.values:
        made = make_list(persons[1], *chance.sample(persons, 4), replies_policy=policy)
        expected, size = plainly(made, persons[1]), chance.randint(1, 5)
        assert walk(made, persons[1], Cursor(), size) == expected
        assert walk(made, persons[1], Cursor(0, upward=True), size)[::-1] == expected


@pytest.mark.parametrize("count", [1, 20])
def test_a_page_costs_the_same_for_one_and_twenty(alice, bob, count, django_assert_num_queries):
    made = make_list(bob, alice)
    for n in range(count):
        make.post(alice, f"post {n}", attachments=[make.image(alice)])
    with django_assert_num_queries(4):  # edge, walk, posts, files
        assert len(read_list(made, bob).items) == count


def test_lists_stand_in_order(bob):
    for title in ("Work", "Books"):
        create_list(bob, title)
    assert [one.title for one in lists_of(bob)] == ["Books", "Work"]


# --- reading marks --------------------------------------------------------------------------------------------------
def test_the_last_word_about_reading_holds(alice, bob):
    marks = [save_marker(bob, "home", pk) for pk in (7, 9, 8)]
    save_marker(alice, "home", 1)
    assert [(mark.last_read_id, mark.version) for mark in marks] == [(7, 1), (9, 2), (8, 3)]
    assert Marker.objects.filter(user=bob).count() == 1


@pytest.mark.parametrize(("timeline", "pk"), [("local", 1), ("home", -1), ("home", 2**63)])
def test_there_is_nowhere_else_to_read_on(bob, timeline, pk):
    with pytest.raises(ValidationError):
        save_marker(bob, timeline, pk)
