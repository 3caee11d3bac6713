"""What is on which timeline, and that the engine gives the same as asking plainly."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Exists, OuterRef, Q
from django.db.models.lookups import Exact
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Block, Follow, Mute, User
from accounts.services.ties import mute_person
from core.ids import new_id
from core.pagination import Cursor
from feeds import timelines
from feeds.models import ListMember, PeopleList
from feeds.services.lists import add_to_list, create_list
from feeds.timelines import read_bookmarks, read_home, read_local, read_profile, read_tag
from posts.models import Hashtag, Mention, Post, PostTag, TagFollow, Visibility
from posts.services.change import delete_post
from posts.services.interact import bookmark_post, share_post
from posts.services.tags import follow_tag
from tests import make


def texts(page):
    return [post.subject.text for post in page.items]


# --- home -----------------------------------------------------------------------------------------------------------
def test_home_has_own_and_followed_posts_newest_first(alice, bob, carol):
    for person in (alice, bob, carol):
        make.post(person, f"by {person.username}")
    assert texts(read_home(bob)) == ["by bob", "by alice"]


def test_what_several_people_shared_stands_on_home_once(alice, bob, carol, mod):
    make.follow(bob, carol)
    post = make.post(alice, "worth sharing")
    share_post(mod, post)
    share_post(carol, post)
    share_post(alice, make.post(mod, "something else"))
    share_post(bob, post)
    shown = read_home(bob).items
    assert [(card.subject.text, card.author, [*card.also_shared_by]) for card in shown] == [
        ("worth sharing", bob, [carol]),
        ("something else", alice, []),
    ]


def test_home_has_no_comments(alice, bob):
    post = make.post(alice, "a post")
    make.comment(alice, post, "a comment")
    assert texts(read_home(bob)) == ["a post"]


def test_home_shows_shares_unless_switched_off(alice, bob, carol):
    share_post(alice, make.post(carol, "far away"))
    assert texts(read_home(bob)) == ["far away"]
    Follow.objects.update(shows_shares=False)
    make.post(alice, "near")
    assert texts(read_home(bob)) == ["near"]


def test_home_has_the_languages_one_wants_of_somebody(alice, bob, carol):
    make.follow(bob, carol)
    for text, language in (("Guten Morgen", "de"), ("Bonjour", "fr"), ("…", "")):
        make.post(alice, text, language=language)
    make.post(carol, "Hola", language="es")
    assert texts(read_home(bob)) == ["Hola", "…", "Bonjour", "Guten Morgen"]
    Follow.objects.filter(followee=alice).update(languages=["de", "en"])
    assert texts(read_home(bob)) == ["Hola", "…", "Guten Morgen"]


def test_home_shows_followers_posts_and_mentions_but_no_other_direct_ones(alice, bob, carol):
    make.post(alice, "for followers", visibility=Visibility.FOLLOWERS)
    make.post(alice, "to @carol", visibility=Visibility.DIRECT)
    make.post(alice, "to @bob", visibility=Visibility.DIRECT)
    assert texts(read_home(bob)) == ["to @bob", "for followers"]


def test_home_leaves_out_the_muted_until_the_mute_ends(alice, bob):
    make.post(alice, "loud")
    mute_person(bob, alice)
    assert texts(read_home(bob)) == []
    mute_person(bob, alice, until=timezone.now() - timedelta(seconds=1))
    assert texts(read_home(bob)) == ["loud"]


def test_home_leaves_out_suspended_people_but_not_limited_ones(alice, bob):
    make.post(alice, "hello")
    User.objects.filter(pk=alice.pk).update(limited_at=timezone.now())
    assert texts(read_home(bob)) == ["hello"]
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert texts(read_home(bob)) == []


def test_home_leaves_out_deleted_posts(alice, bob):
    make.post(alice, "stays")
    delete_post(alice, make.post(alice, "goes"))
    assert texts(read_home(bob)) == ["stays"]


def test_a_share_of_somebody_blocked_is_left_out(alice, bob, carol):
    share_post(alice, make.post(carol, "far away"))
    make.block(carol, bob)
    assert texts(read_home(bob)) == []


# --- the others -----------------------------------------------------------------------------------------------------
def test_local_has_public_posts_of_unlimited_people(alice, bob, carol):
    make.post(alice, "public")
    make.post(alice, "unlisted", visibility=Visibility.UNLISTED)
    make.post(alice, "for followers", visibility=Visibility.FOLLOWERS)
    share_post(bob, make.post(carol, "by somebody limited"))
    User.objects.filter(pk=carol.pk).update(limited_at=timezone.now())
    assert texts(read_local(None)) == ["public"]
    assert texts(read_local(bob)) == ["public"]


def test_a_post_with_several_tags_stands_under_each_once(alice):
    first, second = make.post(alice, "#one #two #three"), make.post(alice, "#two #one")
    tag = Hashtag.objects.get(name="one")
    assert [post.pk for post in read_tag(tag, None).items] == [second.pk, first.pk]
    assert [post.pk for post in read_tag(tag, None, Cursor(second.pk), 1).items] == [first.pk]
    assert [post.pk for post in read_tag(tag, None, Cursor(first.pk, upward=True)).items] == [second.pk]


def test_tag_has_public_posts_and_comments(alice, bob):
    post = make.post(alice, "one #tea")
    make.comment(bob, post, "two #tea")
    make.post(alice, "three #tea", visibility=Visibility.UNLISTED)
    make.post(alice, "four #coffee")
    assert texts(read_tag(Hashtag.objects.get(name="tea"), None)) == ["two #tea", "one #tea"]


@pytest.mark.parametrize(
    ("tab", "found"), [("posts", ["with picture", "plain"]), ("comments", ["answer"]), ("media", ["with picture"])]
)
def test_tabs_of_a_profile(alice, tab, found):
    make.comment(alice, make.post(alice, "plain"), "answer")
    make.post(alice, "with picture", attachments=[make.image(alice)])
    assert texts(read_profile(alice, None, tab)) == found


def test_profile_shows_a_stranger_what_is_public(alice, bob, carol):
    make.post(alice, "public")
    make.post(alice, "for followers", visibility=Visibility.FOLLOWERS)
    assert texts(read_profile(alice, bob)) == ["for followers", "public"]
    assert texts(read_profile(alice, carol)) == ["public"]


def test_bookmarks_are_ordered_by_when_they_were_kept(alice, bob):
    first, second = make.post(alice, "first"), make.post(alice, "second")
    bookmark_post(bob, second)
    bookmark_post(bob, first)
    assert texts(read_bookmarks(bob)) == ["first", "second"]
    assert texts(read_bookmarks(alice)) == []


def test_a_kept_post_that_is_no_longer_seen_is_left_out(alice, bob):
    kept = make.post(alice, "kept")
    bookmark_post(bob, kept)
    delete_post(alice, kept)
    assert texts(read_bookmarks(bob)) == []


@pytest.mark.parametrize("count", [1, 20])
def test_a_page_costs_the_same_for_one_and_twenty(alice, bob, count, django_assert_num_queries):
    for n in range(count):
        make.post(alice, f"post {n}", attachments=[make.image(alice)])
    with django_assert_num_queries(4):  # edge, walk, posts, files
        assert len(read_home(bob).items) == count


def test_home_has_public_posts_with_followed_tags(alice, bob, carol):
    follow_tag(bob, "fog")
    make.post(carol, "far #fog")
    make.post(carol, "quiet #fog", visibility=Visibility.UNLISTED)
    make.post(carol, "other #sun")
    make.comment(carol, make.post(alice, "near #fog"), "a comment #fog")
    assert texts(read_home(bob)) == ["near #fog", "far #fog"]
    mute_person(bob, carol)
    assert texts(read_home(bob)) == ["near #fog"]


def test_home_leaves_out_whom_an_exclusive_list_keeps(alice, bob, carol):
    make.follow(bob, carol)
    for person in (alice, bob, carol):
        make.post(person, f"by {person.username} #fog")
    follow_tag(bob, "fog")
    for title, member, is_exclusive in (("Apart", carol, True), ("Others", alice, False)):
        made = create_list(bob, title, is_exclusive=is_exclusive)
        add_to_list(bob, made, [member])
    assert texts(read_home(bob)) == ["by bob #fog", "by alice #fog"]


# --- the engine against the plain question --------------------------------------------------------------------------
def plainly(viewer):
    """The definition of a home timeline, without any care for speed."""
    spoken = Q(languages="") | Q(Exact(OuterRef("language"), "")) | Q(languages__contains=OuterRef("language"))
    followed = Follow.objects.filter(spoken, follower=viewer, followee=OuterRef("author"))
    sharing = followed.filter(shows_shares=True)
    theirs = Q(Exists(followed), share_of=None) | Q(Exists(sharing))
    posts = Post.objects.visible_to(viewer).wanted_by(viewer).top_level()
    tags = list(TagFollow.objects.filter(user=viewer).values_list("tag", flat=True))
    carrying = PostTag.objects.filter(tag__in=tags).values("post")
    tagged = Q(pk__in=carrying, visibility=Visibility.PUBLIC, share_of=None, author__limited_at=None)
    kept = ListMember.objects.filter(list__owner=viewer, list__is_exclusive=True).values_list("person", flat=True)
    here = posts.filter(Q(author=viewer) | theirs | tagged).filter(Q(author=viewer) | ~Q(author__in=list(kept)))
    return list(here.order_by("-pk").values_list("pk", flat=True))


PEOPLE = 6
person = st.integers(0, PEOPLE - 1)
pair = st.tuples(person, person).filter(lambda ids: ids[0] != ids[1])
said = st.tuples(person, st.sampled_from(Visibility.values), st.sampled_from(["stands", "deleted", "hidden"]))
world = st.fixed_dictionaries({
    "follows": st.sets(pair, max_size=12), "quiet": st.sets(pair, max_size=4), "blocks": st.sets(pair, max_size=2),
    "mutes": st.sets(pair, max_size=2), "gone": st.sets(person, max_size=1),
    "posts": st.lists(said, max_size=40), "shares": st.lists(st.tuples(person, st.integers(0, 39)), max_size=12),
    "mentions": st.lists(st.tuples(person, st.integers(0, 39)), max_size=6),
    "tags": st.sets(st.tuples(st.integers(0, 2), st.integers(0, 39)), max_size=20),
    "tag_follows": st.sets(st.tuples(person, st.integers(0, 2)), max_size=6), "kept": st.sets(pair, max_size=3),
    "picky": st.sets(pair, max_size=4), "tongues": st.lists(st.sampled_from(["", "de", "en"]), min_size=1, max_size=3),
    "size": st.integers(1, 7), "window": st.integers(1, 12), "speakers": st.integers(1, 4),
})  # fmt: skip


class EngineTest(TestCase):
    """Hypothesis builds small worlds; small windows make every road of the engine be taken."""

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(world)
    def test_pages_are_the_plain_answer_cut(self, world):
        people = build(world)
        size = world["size"]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(timelines, "WINDOW", world["window"])
            patch.setattr(timelines, "SPEAKERS", world["speakers"])
            for viewer in people:
                expected = plainly(viewer)
                assert walk_down(viewer, size) == expected
                assert walk_up(viewer, size) == expected


def walk_down(viewer, size):
    cursor, met = Cursor(), []
    while True:
        found = timelines.home_ids(viewer, cursor, size)
        met += found
        if not found:
            return met
        cursor = Cursor(found[-1])


def walk_up(viewer, size):
    cursor, met = Cursor(0, upward=True), []
    while True:
        found = timelines.home_ids(viewer, cursor, size)
        met += found
        if not found:
            return met[::-1]
        cursor = Cursor(found[-1], upward=True)


def build(world):
    """Write a world straight into the tables: rows that services would refuse must be read rightly too."""
    people = [User.objects.create(username=f"person{n}", is_active=n not in world["gone"]) for n in range(PEOPLE)]
    quiet = world["quiet"]
    Follow.objects.bulk_create(
        Follow(
            follower=people[a],
            followee=people[b],
            shows_shares=(a, b) not in quiet,
            languages=["de", "fr"] if (a, b) in world["picky"] else [],
        )
        for a, b in world["follows"]
    )
    Block.objects.bulk_create(Block(blocker=people[a], blocked=people[b]) for a, b in world["blocks"])
    Mute.objects.bulk_create(Mute(muter=people[a], muted=people[b]) for a, b in world["mutes"])
    posts = [new_post(people[who], visibility, state) for who, visibility, state in world["posts"]]
    for n, post in enumerate(posts):
        Post.objects.filter(pk=post.pk).update(language=world["tongues"][n % len(world["tongues"])])
    for who, n in dict.fromkeys(world["shares"]):
        if n < len(posts):
            post = Post(pk=new_id(), author=people[who], audience=people[who], share_of=posts[n])
            posts.append(post)
    Post.objects.bulk_create(posts)
    marks = {(who, n) for who, n in world["mentions"] if n < len(posts)}
    Mention.objects.bulk_create(Mention(user=people[who], post=posts[n]) for who, n in marks)
    tags = [Hashtag.objects.create(name=name, shown=name) for name in ("fog", "sun", "rain")]
    PostTag.objects.bulk_create(PostTag(tag=tags[t], post=posts[n]) for t, n in world["tags"] if n < len(posts))
    TagFollow.objects.bulk_create(TagFollow(user=people[who], tag=tags[t]) for who, t in world["tag_follows"])
    for owner, member in sorted(world["kept"]):
        kept = PeopleList.objects.create(owner=people[owner], title="Apart", is_exclusive=True)
        ListMember.objects.create(list=kept, person=people[member])
    for one in people:
        own = [post.pk for post in posts if post.author_id == one.pk]
        one.last_post_id = max(own, default=None)
        one.save(update_fields=["last_post_id"])
    return people


def new_post(author, visibility, state):
    gone = timezone.now()
    return Post(
        pk=new_id(), author=author, audience=author, text="words", visibility=visibility,
        deleted_at=gone if state == "deleted" else None, hidden_at=gone if state == "hidden" else None,
    )  # fmt: skip
