"""The made-up community: the same each time, and counted as the services count."""

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Q

from accounts.models import Follow, User
from api.oauth.tokens import token_of
from posts.models import Hashtag, Like, Post

SMALL = ["--users=60", "--follows=8", "--posts=200", "--comments=100", "--likes=150", "--end=2026-01-01"]


@pytest.fixture
def community(db):
    call_command("load_benchmark_data", *SMALL, verbosity=0)


def test_it_has_the_size_asked_for(community):
    comments = Post.objects.comments().count()
    assert (User.objects.count(), Post.objects.top_level().count(), comments, Like.objects.count()) == (
        60,
        200,
        100,
        150,
    )
    assert Post.objects.latest("comments_count").comments_count == 60


def test_counters_are_those_of_the_rows(community):
    for person in User.objects.annotate(n=Count("posts", filter=Q(posts__reply_to=None))):
        last = person.posts.top_level().order_by("pk").last()
        assert (person.posts_count, person.last_post_id) == (person.n, last and last.pk)
    for person in User.objects.all():
        ties = Follow.objects.filter(follower=person).count(), Follow.objects.filter(followee=person).count()
        assert (person.following_count, person.followers_count) == ties
    for counter, related in (("likes", "likes"), ("replies", "replies"), ("comments", "thread"), ("shares", "shares")):
        counted = Post.objects.annotate(n=Count(related)).exclude(**{f"{counter}_count": F("n")})
        assert not counted.filter(reply_to=None).exists()


def test_it_is_the_same_again(community):
    first = list(Post.objects.order_by("pk").values_list("pk", "author", "text", "share_of", "root"))
    User.objects.all().delete()
    Hashtag.objects.all().delete()
    call_command("load_benchmark_data", *SMALL, verbosity=0)
    assert list(Post.objects.order_by("pk").values_list("pk", "author", "text", "share_of", "root")) == first


def test_it_leaves_a_community_of_real_people_alone(alice):
    with pytest.raises(CommandError):
        call_command("load_benchmark_data", *SMALL, verbosity=0)


def test_it_gives_tokens_to_its_readers_and_to_those_who_follow_the_most(community, tmp_path):
    file = tmp_path / "tokens"
    call_command("load_benchmark_data", tokens=file)
    readers = [token_of(raw).user for raw in file.read_text().splitlines()]
    assert len({reader.pk for reader in readers}) == 60
    great = sorted(readers, key=lambda reader: (-reader.following_count, reader.pk))[:20]
    assert [reader.pk for reader in readers[40:]] == [reader.pk for reader in great]
    assert file.stat().st_mode & 0o777 == 0o600
