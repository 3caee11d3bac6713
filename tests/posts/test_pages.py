"""Pages of posts: the talk, its parts, the history, reactions and deletions from plain forms and from scripts."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from posts.history import compare_words, versions_of
from posts.models import Like, Post
from posts.services.change import delete_post, edit_post
from posts.services.interact import share_post
from tests import make

SCRIPT = {"HX-Request": "true", "Accept": "application/json"}


def test_the_talk_is_on_the_page(client: Client, bob: User, post: Post) -> None:
    comment = make.comment(bob, post, "What a view")
    page = client.get(f"/posts/{post.pk}").content.decode()
    hooks = [f'data-stream="post:{post.pk}" data-head="1"', f'id="post-{comment.pk}"', "What a view", "1 comment"]
    assert [hook in page for hook in hooks] == [True] * 4


def test_the_head_is_read_before_the_data(client: Client, bob: User, post: Post, monkeypatch) -> None:
    from posts.views import thread

    load = thread.load_thread

    def slowly(*args: object, **more: object) -> object:
        make.comment(bob, post, "In between")
        return load(*args, **more)

    monkeypatch.setattr(thread, "load_thread", slowly)
    page = client.get(f"/posts/{post.pk}").content.decode()
    assert ('data-head="0"' in page, "In between" in page) == (True, True)


@pytest.mark.parametrize("count", [1, 60])
def test_any_number_of_comments_costs_the_same(
    client: Client, alice: User, bob: User, carol: User, post: Post, count: int, django_assert_num_queries
) -> None:
    for n in range(count):
        make.comment([alice, bob, carol][n % 3], post, f"{n}", attachments=[make.image([alice, bob, carol][n % 3])])
    client.force_login(bob)
    client.get(f"/posts/{post.pk}")
    with django_assert_num_queries(THREAD):
        assert client.get(f"/posts/{post.pk}").status_code == 200


THREAD = 9


def test_a_share_leads_to_what_it_shares(client: Client, bob: User, post: Post) -> None:
    assert client.get(f"/posts/{share_post(bob, post).pk}").url == f"/posts/{post.pk}"


def test_more_comments_come_as_items_and_as_a_page(client: Client, bob: User, post: Post) -> None:
    first, second = make.comment(bob, post, "One"), make.comment(bob, post, "Two")
    address = f"/posts/{post.pk}/comments?after={first.pk}"
    for headers, is_page in (({"HX-Request": "true"}, False), ({}, True)):
        page = client.get(address, headers=headers).content.decode()
        assert (f'id="post-{second.pk}"' in page, f'id="post-{first.pk}"' in page, "<html" in page) == (
            True,
            False,
            is_page,
        )


@pytest.mark.parametrize(
    "query", ["after=x", "after=-1", "after=9223372036854775808", "after=%F0", "level=x", "level=-1"]
)
def test_nonsense_in_the_address_is_not_found(client: Client, post: Post, query: str) -> None:
    assert client.get(f"/posts/{post.pk}/comments?{query}").status_code == 404


def test_an_unknown_order_is_the_usual_one(client: Client, post: Post) -> None:
    assert client.get(f"/posts/{post.pk}?order=nonsense").context["order"] == "oldest"


def test_history_shows_what_changed(client: Client, alice: User, post: Post) -> None:
    edit_post(alice, post, text="Good evening")
    page = client.get(f"/posts/{post.pk}/history").content.decode()
    assert ("<del>morning</del><ins>evening</ins>" in page, "2 versions by alice" in page) == (True, True)


def test_versions_begin_when_the_former_ended(alice: User, post: Post) -> None:
    edited = edit_post(alice, edit_post(alice, post, text="Two"), text="Three")
    versions = versions_of(edited)
    assert ["".join(run.text for run in version.runs if run.kind != "del") for version in versions] == [
        "Three", "Two", "Good morning"]  # fmt: skip
    assert (versions[-1].moment, versions[-1].is_first) == (post.created, True)
    assert versions[0].moment > versions[1].moment > versions[2].moment


def test_words_are_compared() -> None:
    runs = [(run.kind, run.text) for run in compare_words("The old cat", "The new, cat")]
    assert runs == [("same", "The "), ("del", "old"), ("ins", "new,"), ("same", " cat")]


def test_history_of_a_gone_post_is_gone(client: Client, alice: User, post: Post) -> None:
    edit_post(alice, post, text="Two")
    delete_post(alice, post)
    client.force_login(alice)
    assert client.get(f"/posts/{post.pk}/history").status_code == 404


@pytest.mark.parametrize("what", ["like", "share", "bookmark"])
def test_reactions_answer_scripts_with_the_marks(client: Client, bob: User, post: Post, what: str) -> None:
    client.force_login(bob)
    key = {"like": "liked", "share": "shared", "bookmark": "bookmarked"}[what]
    on = client.post(f"/posts/{post.pk}/{what}", headers=SCRIPT).json()
    off = client.post(f"/posts/{post.pk}/{what}", {"undo": "1"}, headers=SCRIPT).json()
    again = client.delete(f"/posts/{post.pk}/{what}", headers=SCRIPT).json()
    assert ([on[key], off[key], again[key]], on["id"]) == ([True, False, False], str(post.pk))


def test_reactions_of_plain_forms_lead_back(client: Client, bob: User, post: Post) -> None:
    client.force_login(bob)
    here = client.post(f"/posts/{post.pk}/like", headers={"Referer": "http://testserver/local?before=7#x"})
    elsewhere = client.post(f"/posts/{post.pk}/like", headers={"Referer": "http://evil.example/"})
    assert here.url == f"http://testserver/local?before=7#post-{post.pk}"
    assert elsewhere.url == f"/posts/{post.pk}#post-{post.pk}"


def test_liking_a_share_likes_the_post(client: Client, alice: User, bob: User, post: Post) -> None:
    client.force_login(alice)
    client.post(f"/posts/{share_post(bob, post).pk}/like")
    assert Like.objects.get().post == post


def test_deleting_offers_the_way_back(client: Client, alice: User, post: Post) -> None:
    client.force_login(alice)
    page = client.post(f"/posts/{post.pk}/delete")
    assert page.url == f"/posts/{post.pk}/restore"
    assert client.get(page.url).status_code == 200
    assert client.post(page.url).url == f"/posts/{post.pk}"
    assert client.get(f"/posts/{post.pk}").status_code == 200


def test_deleting_by_script(client: Client, alice: User, post: Post) -> None:
    client.force_login(alice)
    answer = client.post(f"/posts/{post.pk}/delete", headers=SCRIPT).json()
    assert answer == {"id": str(post.pk), "restore": f"/posts/{post.pk}/restore"}
    assert client.post(answer["restore"], headers=SCRIPT).json() == {"id": str(post.pk)}


def test_nobody_else_is_told_that_something_can_come_back(client: Client, alice: User, bob: User, post: Post) -> None:
    delete_post(alice, post)
    client.force_login(bob)
    assert [client.get(f"/posts/{pk}/restore").status_code for pk in (post.pk, 1)] == [404, 404]


def test_only_the_author_deletes(client: Client, bob: User, post: Post) -> None:
    client.force_login(bob)
    assert (client.post(f"/posts/{post.pk}/delete").status_code, Post.objects.get().is_gone) == (403, False)


def test_what_is_not_for_everybody_asks_robots_to_stay_out(client: Client, alice: User) -> None:
    pages = [client.get(f"/posts/{make.post(alice, visibility=n).pk}").content.decode() for n in (0, 1)]
    assert ["noindex" in page for page in pages] == [False, True]
