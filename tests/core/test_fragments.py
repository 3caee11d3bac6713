from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone, translation

from accounts.models import User
from core.fragments import render_card, render_cards, render_comments
from media.models import State
from posts.models import Post
from posts.models.post import Visibility
from posts.services.interact import bookmark_post, like_post, share_post
from posts.threads import load_thread
from tests import make

TOKEN = "t" * 64


def shown(post: Post, viewer: User | None, **extra: Any) -> str:
    return render_card(Post.objects.for_display(viewer).get(pk=post.pk), viewer, TOKEN, **extra)


def talk(post: Post, viewer: User | None, **extra: Any) -> str:
    return render_comments(load_thread(post.pk, viewer).nodes, viewer, TOKEN, **extra)


def test_buttons_say_their_count_and_their_state(alice: User, bob: User, post: Post) -> None:
    like_post(bob, post)
    bookmark_post(bob, post)
    card = shown(post, bob)
    assert 'data-react="like" aria-pressed="true" aria-label="Like, 1"' in card
    assert 'data-react="share" aria-pressed="false" aria-label="Share, 0"' in card
    assert 'data-react="bookmark" aria-pressed="true" aria-label="Save"' in card


def test_a_reader_without_account_gets_links_and_no_token(post: Post) -> None:
    card = shown(post, None)
    assert card.count(f'href="/accounts/login/?next=/posts/{post.pk}"') == 2
    assert (card.count("<form"), card.count("<button"), card.count(TOKEN)) == (0, 0, 0)


def test_the_menu_offers_what_one_may_do(alice: User, bob: User, post: Post) -> None:
    own, others = shown(post, alice), shown(post, bob)
    assert [f"/posts/{post.pk}/{act}" in own for act in ("edit", "delete", "report")] == [True, True, False]
    assert [f"/posts/{post.pk}/{act}" in others for act in ("edit", "delete", "report")] == [False, False, True]
    assert ['formaction="/@alice/mute"' in card for card in (own, others)] == [False, True]


@pytest.mark.parametrize("visibility", Visibility.values)
def test_only_what_everybody_may_read_can_be_passed_on(alice: User, bob: User, visibility: int) -> None:
    card = shown(make.post(alice, "Hello @bob", visibility=visibility), bob)
    is_open = visibility in {Visibility.PUBLIC, Visibility.UNLISTED}
    assert ("/share" in card, "?quote=" in card) == (is_open, is_open)


def test_names_and_descriptions_cannot_become_markup(alice: User) -> None:
    alice.display_name = '<b>"&'
    alice.save()
    picture = make.image(alice, description='"><script>x</script>')
    card = shown(make.post(alice, "Look", attachments=[picture], spoiler="<i>"), None)
    assert (card.count("<script"), card.count("<b>&#34;"), card.count("<i>")) == (0, 0, 0)
    assert card.count("&lt;b&gt;&#34;&amp;") >= 2


def test_a_share_shows_what_is_shared_and_who_shared_it(alice: User, bob: User, carol: User, post: Post) -> None:
    share = share_post(bob, post)
    card = shown(share, carol)
    assert f'id="post-{share.pk}" data-post="{post.pk}" aria-label="Post by alice"' in card
    assert ">bob shared</a>" in card
    assert f'formaction="/posts/{post.pk}/like"' in card


def test_a_warning_folds_words_and_media(alice: User) -> None:
    card = shown(make.post(alice, "The end", spoiler="Spoils the book", attachments=[make.image(alice)]), None)
    assert card.index('<details class="cw">') < card.index("Spoils the book") < card.index("The end")
    assert card.index("The end") < card.index("<img class") < card.index("</details>", card.index("The end"))


def test_sensitive_media_wait_behind_their_colours(alice: User) -> None:
    card = shown(make.post(alice, "Look", is_sensitive=True, attachments=[make.image(alice)]), None)
    assert card.index('<details class="veil">') < card.index("<rect x=") < card.index("</summary>", card.index("veil"))
    assert card.index("<img class") > card.index("Sensitive media")


def test_files_that_are_not_ready_say_so(alice: User) -> None:
    waiting = make.video(alice, state=State.WORKING)
    failed = make.audio(alice, state=State.FAILED)
    card = shown(make.post(alice, "Two", attachments=[waiting, failed]), None)
    assert f'id="file-{waiting.pk}" data-state="working"' in card
    assert f'id="file-{failed.pk}" data-state="failed"' in card
    assert ("<video" in card, "<audio" in card) == (False, False)


def test_more_than_five_pictures_are_counted(alice: User) -> None:
    card = shown(make.post(alice, "Seven", attachments=[make.image(alice) for _ in range(7)]), None)
    assert 'data-n="5"' in card
    assert (card.count("data-media"), card.count('class="beyond"'), card.count(">+2<")) == (7, 2, 1)


def test_a_sound_has_a_plain_player_with_its_wave(alice: User) -> None:
    sound = make.audio(alice, description="Waves", duration=134.0)
    card = shown(make.post(alice, "Listen", attachments=[sound]), None)
    assert f'<audio controls preload="none"><source src="{sound.url()}"></audio>' in card
    assert (card.count("2:14"), card.count("Waves")) == (1, 1)


def test_a_quoted_post_that_is_gone_leaves_a_note(alice: User, bob: User, post: Post) -> None:
    quote = make.post(bob, "See below", quote_of=post)
    assert f'<a class="clip" href="/posts/{post.pk}">' in shown(quote, bob)
    Post.objects.filter(pk=post.pk).update(deleted_at=timezone.now())
    assert "The quoted post is not here, or not for you." in shown(quote, bob)


def test_short_words_are_loud_and_long_ones_are_cut_in_lists(alice: User) -> None:
    short, long = make.post(alice, "Hello"), make.post(alice, "Many words " * 100)
    assert 'class="prose short"' in shown(short, None)
    assert 'class="prose long"' in shown(long, None)
    assert 'class="prose"' in shown(long, None, full=True)


def test_cards_ask_the_database_nothing(alice: User, bob: User, django_assert_num_queries: Any) -> None:
    first = make.post(alice, "One", attachments=[make.image(alice), make.audio(alice)])
    quote = make.post(alice, "Two", quote_of=first)
    share_post(bob, quote)
    make.comment(bob, first)
    posts = list(Post.objects.for_display(bob))
    with django_assert_num_queries(0):
        assert render_cards(posts, bob, TOKEN).count("<article") == 4


def test_comments_nest_and_name_the_author(alice: User, bob: User, post: Post) -> None:
    asked = make.comment(bob, post, "Why?")
    answered = make.comment(alice, asked, "Because.")
    html = talk(post, bob, root_author_id=alice.pk)
    assert html.index(f'id="post-{asked.pk}"') < html.index(f'id="replies-{asked.pk}"')
    assert html.index(f'id="replies-{asked.pk}"') < html.index(f'id="post-{answered.pk}"')
    assert html.count('class="author-tag"') == 1


def test_a_comment_that_is_gone_keeps_its_place(alice: User, bob: User, post: Post) -> None:
    gone = make.comment(bob, post, "Secret words")
    make.comment(alice, gone, "I see")
    Post.objects.filter(pk=gone.pk).update(deleted_at=timezone.now())
    html = talk(post, alice)
    assert ("Secret words" in html, "bob" in html, "I see" in html) == (False, False, True)
    assert f'<li class="comment gone" id="post-{gone.pk}"' in html


def test_a_phone_shows_four_levels_and_a_page_eight(alice: User, post: Post) -> None:
    chain = [post]
    for n in range(10):
        chain.append(make.comment(alice, chain[-1], f"Level {n + 1}"))
    html = talk(post, None)
    assert [f"Level {n}<" in html for n in (8, 9)] == [True, False]
    assert html.count(f'id="post-{chain[4].pk}" data-post="{chain[4].pk}" data-fold') == 1
    assert html.count(f'<a class="fold only-phone" href="/posts/{chain[4].pk}"') == 1
    assert html.count(f'<a class="fold" href="/posts/{chain[8].pk}"') == 1


def test_what_is_left_out_is_counted(alice: User, post: Post) -> None:
    first = make.comment(alice, post)
    for _ in range(3):
        make.comment(alice, first)
    nodes = load_thread(post.pk, None, size=2).nodes
    assert "2 more replies" in render_comments(nodes, None)


def test_words_follow_the_language(post: Post) -> None:
    with translation.override("de"):
        shown(post, None)
    assert 'aria-label="Post by alice"' in shown(post, None)


def test_words_run_the_way_they_are_written(alice: User, bob: User) -> None:
    post = make.post(alice, "مرحبا", language="ar", spoiler="سر")
    make.comment(bob, post, "שלום")
    assert (shown(post, None).count('dir="auto"'), talk(post, None).count('dir="auto"')) == (2, 1)


def test_of_many_files_five_stand_in_the_frame_though_they_are_not_ready(alice: User) -> None:
    files = [make.image(alice, state=State.WORKING if n > 3 else State.READY) for n in range(8)]
    card = shown(make.post(alice, "Look", attachments=files), None)
    assert (card.count('<div class="tile working'), card.count("tile working beyond"), card.count(">+3<")) == (4, 3, 1)
