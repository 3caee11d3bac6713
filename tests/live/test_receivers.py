"""A file that becomes ready appears in the pages that show its post."""

from __future__ import annotations

import pytest

from accounts.models import User
from events.log import read_since
from media.models import Attachment
from media.signals import attachment_processed
from tests import make


@pytest.mark.parametrize("is_comment", [False, True])
def test_a_file_that_is_ready_is_told_to_readers_of_its_thread(alice: User, is_comment: bool) -> None:
    file = make.image(alice)
    root = make.post(alice, "Look", attachments=[] if is_comment else [file])
    shown = make.comment(alice, root, attachments=[file]) if is_comment else root
    head = len(read_since(f"post:{root.pk}", 0))
    attachment_processed.send(sender=Attachment, actor=None, about=file)
    assert [(event.kind, event.object_id) for event in read_since(f"post:{root.pk}", head)] == [("media", shown.pk)]


def test_it_is_told_on_timelines_as_well(alice: User) -> None:
    file = make.image(alice)
    post = make.post(alice, "Look", attachments=[file])
    head = read_since("posts", 0)[-1].n
    attachment_processed.send(sender=Attachment, actor=None, about=file)
    assert [(event.kind, event.object_id) for event in read_since("posts", head)] == [("media", post.pk)]


def test_a_file_without_a_post_is_nobodys_news(alice: User) -> None:
    attachment_processed.send(sender=Attachment, actor=None, about=make.image(alice))
    assert read_since("posts", 0) == []
