"""Moderators see the files of what was reported; nothing else that is private."""

from __future__ import annotations

from media.access import Access, access_to
from moderation.services.acts import act
from moderation.services.reports import report_post
from posts.models import Post, Visibility
from tests import make


def private_file(alice):
    post = make.post(alice, text="@bob", visibility=Visibility.DIRECT, attachments=[make.image(alice)])
    return post, post.attachments.get()


def test_files_of_private_posts_are_seen_once_they_are_reported(mod, alice, bob, carol):
    post, file = private_file(alice)
    assert access_to(file, mod) == Access.NONE
    report_post(bob, post, category="abuse")
    assert (access_to(file, mod), access_to(file, carol), access_to(file, None)) == (
        Access.SOME,
        Access.NONE,
        Access.NONE,
    )


def test_files_of_hidden_posts_stay_in_sight_of_moderators(mod, alice, carol):
    post = make.post(alice, attachments=[make.image(alice)])
    act(mod, "hide", post=post, reason="House rule 2")
    file = Post.objects.get().attachments.get()
    assert (access_to(file, mod), access_to(file, carol)) == (Access.SOME, Access.NONE)
