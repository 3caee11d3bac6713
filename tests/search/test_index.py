"""The index stays equal to what posts say, whatever happens to them."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from media.services import set_description
from posts.models import Post
from posts.services.change import delete_post, edit_post, restore_post
from posts.services.erase import erase_deleted_posts, erase_person
from posts.services.interact import share_post
from posts.services.polls import PollDraft
from posts.services.propose import answer_descriptions, propose_descriptions
from search import backends
from search.backends import sqlite
from search.document import document
from search.index import fill_index, gather, missing, outdate_index
from search.models import Entry, vector_of
from tests import make


def written() -> dict[int, str]:
    """What the index keeps, as the database gives it back."""
    return dict(Entry.objects.values_list("post_id", "words"))


def test_a_new_post_is_written_as_it_would_be_read_from_its_rows(alice, bob):
    file = make.image(alice, description="A cup")
    poll = PollDraft(["Earl Grey", "Assam"], timezone.timedelta(days=1))
    post = make.post(alice, "Tea for @bob #Tea https://a.org", spoiler="Hot", language="de", attachments=[file])
    polled = make.post(alice, "Which?", poll=poll)
    rows = {pk: document(said.texts, said.facts()) for pk, said in gather([post.pk, polled.pk]).items()}
    assert rows[post.pk] == (
        f"tea for bob tea https a org _ hot _ a cup _open _by{alice.pk} _inde _link _image _to{bob.pk} _tagtea"
    )
    before = written()
    Entry.objects.all().delete()
    assert sum(fill_index()) == 2
    assert written() == before


def test_an_edit_changes_what_is_found(alice, found):
    file = make.image(alice, description="A mug")
    post = make.post(alice, "Tea", attachments=[file])
    edit_post(alice, post, text="Coffee", poll=PollDraft(["Black", "White"], timezone.timedelta(days=1)))
    assert [found(words) for words in ("tea", "mug", "has:image")] == [[], [], []]
    assert found("coffee black has:poll") == ["Coffee"]


def test_descriptions_are_found_as_soon_as_they_are_given(alice, bob, found):
    file = make.image(alice)
    post = make.post(alice, "Look", attachments=[file])
    set_description(alice, file, "A heron")
    assert found("heron") == ["Look"]
    propose_descriptions(bob, post, {file.pk: "A stork"})
    assert found("stork") == []
    answer_descriptions(alice, post, bob.pk, accepts=True)
    assert (found("stork"), found("heron")) == (["Look"], [])


def test_what_is_erased_leaves_nothing(alice, bob, found):
    answered, plain = make.post(alice, "Tea answered"), make.post(alice, "Tea")
    make.comment(bob, answered, "Good tea")
    for post in (answered, plain):
        delete_post(alice, post)
    assert Entry.objects.count() == 3
    erase_deleted_posts(timezone.now())
    assert (Entry.objects.count(), found("tea")) == (1, ["Good tea"])
    erase_person(bob)
    assert (Entry.objects.count(), hits("tea")) == (0, 0)


def hits(word: str) -> int:
    """How often the database's own index has a word, whoever may find it."""
    sql = "SELECT count(*) FROM search_index WHERE search_index MATCH %s"
    if connection.vendor == "postgresql":
        sql = "SELECT count(*) FROM search_entry WHERE words @@ %s::tsquery"
    with connection.cursor() as cursor:
        cursor.execute(sql, [word])
        return cursor.fetchone()[0]


def test_what_is_taken_back_is_not_in_the_index(alice):
    with pytest.raises(RuntimeError), transaction.atomic():
        make.post(alice, "Tea")
        raise RuntimeError
    assert hits("tea") == 0


def test_filling_goes_on_where_it_stopped(alice):
    posts = [make.post(alice, f"Tea {n}") for n in range(5)]
    share_post(alice, posts[0])
    Entry.objects.all().delete()
    part = fill_index(batch=2)
    assert (next(part), set(written())) == (2, {posts[4].pk, posts[3].pk})
    part.close()
    assert (list(fill_index(batch=2)), missing().count()) == ([2, 1], 0)


def test_the_command_says_what_it_did(alice):
    make.post(alice, "Tea")
    said = [StringIO() for _ in range(3)]
    Entry.objects.all().delete()
    for out, options in zip(said, ([], [], ["--all", "--batch=1"]), strict=True):
        call_command("rebuild_search_index", *options, stdout=out)
    assert [out.getvalue().split()[0] for out in said] == ["1", "0", "1"]


def test_entries_of_another_version_are_made_anew(alice):
    make.post(alice, "Tea")
    assert (outdate_index(), missing().count(), list(fill_index())) == (1, 1, [1])


def test_posts_that_say_nothing_are_not_missing(alice, bob):
    post = make.post(alice, "Tea")
    make.comment(bob, post)
    delete_post(alice, post)
    erase_deleted_posts(timezone.now())
    assert (Post.objects.count(), missing().count(), Entry.objects.count()) == (2, 0, 1)


def test_vectors_keep_places_but_not_of_facts():
    assert vector_of("tea for tea _ hot _open") == "'tea':1,3 'for':2 'hot':5 '_open'"
    assert vector_of(" ".join(["tea"] * 300)).count(",") == 254


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL needs no triggers")
def test_without_fts5_posts_are_published_and_found_once_it_is_back(alice, found, monkeypatch):
    monkeypatch.setattr(sqlite, "is_available", lambda: False)
    backends.prepare_backend()
    make.post(alice, "Tea")
    assert [warning.id for warning in backends.check_backend(None)] == ["search.W001"]
    monkeypatch.undo()
    backends.prepare_backend()
    assert (found("tea"), backends.check_backend(None)) == (["Tea"], [])


@pytest.mark.parametrize("language", ["de'", "de x", "a _open", "de\\", "d", "xyzz"])
def test_what_names_no_language_is_no_fact(alice, found, language):
    """Programs could once write any eight letters there."""
    plain, post = make.post(alice, "Tea at four"), make.post(alice, "Tea at four", language=language)
    assert found("tea") == ["Tea at four"] * 2
    assert written()[post.pk] == written()[plain.pk]


def test_a_vector_is_written_whatever_is_in_a_word():
    assert vector_of("it's a\\b") == "'it''s':1 'a\\\\b':2"


def test_what_is_restored_is_found_by_the_files_it_still_has(alice, found):
    picture = make.image(alice, description="A heron")
    post = make.post(alice, "At the river", attachments=[picture])
    delete_post(alice, post, with_files=True)
    restore_post(alice, post)
    assert (found("heron"), found("river")) == ([], ["At the river"])
