"""Queries whose SQL is made once."""

from datetime import timedelta

import pytest
from django.db.models import Model, Q
from django.db.models.signals import post_init
from django.utils import timezone

from accounts.models import Mute, User
from core.prepared import Prepared, person_at
from posts.models import Post
from posts.services.interact import share_post
from tests import make


def test_it_answers_for_each_value_as_the_query_itself_does(alice, bob, carol):
    for person in (alice, bob, carol):
        make.post(person, person.username)
    query = Prepared(lambda who: Post.objects.filter(author=who).select_related("author"), 1)
    for person in (alice, bob, carol):
        (post,) = query.objects(person.pk)
        assert (post, post.text, post.author) == (Post.objects.get(author=person), person.username, person)


def test_related_rows_and_annotations_come_along(post, alice, bob, django_assert_num_queries):
    query = Prepared(lambda who: Post.objects.visible_to(person_at(User, who)).for_display(person_at(User, who)), 1)
    query.objects(bob.pk)
    with django_assert_num_queries(1):
        (card,) = query.objects(bob.pk)
        assert (card.author.username, card.liked, card.share_of) == ("alice", False, None)
    assert card.author.date_joined == alice.date_joined


def attributes(made: Model) -> dict[str, object]:
    """All an object knows, with what hangs on it, but for how it came."""
    own = {name: value for name, value in vars(made).items() if name != "_state"}
    state = made._state
    related = {name: other and attributes(other) for name, other in state.fields_cache.items()}
    return own | related | {"state": (state.db, state.adding)}


def test_objects_are_as_django_makes_them(alice, bob):
    share_post(bob, make.post(alice, "One", attachments=[make.image(alice)]))
    plain = Post.objects.select_related("share_of__author__avatar", "reply_to").defer("share_of__author__bio")
    query = Prepared(lambda who: plain.filter(author=who), 1)
    (made,), (wanted,) = query.objects(bob.pk), plain.filter(author=bob)
    assert attributes(made) == attributes(wanted)
    assert made.share_of.author.get_deferred_fields() == {"bio"}
    made.text = "Changed"
    made.save()
    assert Post.objects.get(author=bob).text == "Changed"


def test_a_model_that_does_something_when_it_is_made_is_refused(alice):
    def listen(**details: object) -> None:
        """Do nothing."""

    post_init.connect(listen, sender=User)
    try:
        with pytest.raises(ValueError, match="when it is made"):
            Prepared(lambda who: User.objects.filter(pk=who), 1).objects(alice.pk)
    finally:
        post_init.disconnect(listen, sender=User)


def test_a_rule_that_looks_at_who_asks_is_refused(db):
    query = Prepared(lambda who: Post.objects.filter(Q(pk=who) if person_at(User, who).is_staff else Q()), 1)
    with pytest.raises(User.DoesNotExist):
        query.keys(1)


def test_a_moment_that_would_never_pass_is_refused(db):
    query = Prepared(lambda who: Mute.objects.filter(muter=who, until__gt=timezone.now()), 1)
    with pytest.raises(ValueError, match="moment"):
        query.keys(1)


def test_a_value_that_is_not_asked_for_is_refused(db):
    with pytest.raises(ValueError, match="does not stand"):
        Prepared(lambda who: Post.objects.all(), 1).keys(1)


def test_a_mute_ends_while_the_query_stays(alice, bob):
    query = Prepared(lambda who: Mute.objects.in_force().filter(muter=who), 1)
    mute = Mute.objects.create(muter=alice, muted=bob, until=timezone.now() + timedelta(hours=1))
    assert query.keys(alice.pk) == [mute.pk]
    Mute.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert query.keys(alice.pk) == []


def test_a_text_may_vary(alice, bob):
    query = Prepared(lambda name: User.objects.filter(username=name), 1)
    assert [query.objects(name) for name in ("alice", "bob", "nobody")] == [[alice], [bob], []]
