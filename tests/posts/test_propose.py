"""Descriptions readers propose: offered, told, taken or not; and who may not."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts.models import User
from notifications.models import Kind, Notification
from posts.models import DescriptionProposal, Post, Visibility
from posts.services import propose
from posts.services.propose import answer_descriptions, propose_descriptions
from tests import make


@pytest.fixture
def shown(alice: User) -> Post:
    """A post with two pictures that nobody has described."""
    return make.post(alice, attachments=[make.image(alice), make.image(alice)])


def first(post: Post) -> int:
    return post.post_attachments.order_by("position").values_list("attachment", flat=True)[0]


def described(post: Post) -> list[str]:
    return list(post.post_attachments.order_by("position").values_list("attachment__description", flat=True))


def bell(person: User) -> list[tuple[str, str]]:
    return list(Notification.objects.visible_to(person).values_list("kind", "text"))


@pytest.fixture
def tell(django_capture_on_commit_callbacks):
    """Propose and answer as a request does: facts are heard after commit."""

    def commit(act, *args, **options):
        with django_capture_on_commit_callbacks(execute=True):
            return act(*args, **options)

    return commit


def test_the_author_hears_it_and_takes_it(tell, alice: User, bob: User, shown: Post) -> None:
    tell(propose_descriptions, bob, shown, {first(shown): " A red door ", 1: ""})
    assert bell(alice) == [(Kind.DESCRIPTION, "A red door")]
    assert tell(answer_descriptions, alice, shown, bob.pk, accepts=True) == 1
    assert (described(shown), bell(alice)) == (["A red door", ""], [])
    assert DescriptionProposal.objects.get().state == "accepted"


def test_the_author_does_not_take_it(tell, alice: User, bob: User, shown: Post) -> None:
    tell(propose_descriptions, bob, shown, {first(shown): "Rubbish"})
    tell(answer_descriptions, alice, shown, bob.pk, accepts=False)
    assert (described(shown), bell(alice)) == (["", ""], [])
    assert tell(answer_descriptions, alice, shown, bob.pk, accepts=True) == 0


def test_another_proposal_takes_the_place_of_ones_own(tell, alice: User, bob: User, shown: Post) -> None:
    for text in ("A door", "A red door"):
        tell(propose_descriptions, bob, shown, {first(shown): text})
    assert bell(alice) == [(Kind.DESCRIPTION, "A red door")]
    assert DescriptionProposal.objects.count() == 1


def test_who_may_not(alice: User, bob: User, shown: Post) -> None:
    with pytest.raises(PermissionDenied):
        propose_descriptions(alice, shown, {first(shown): "x"})
    with pytest.raises(PermissionDenied):
        answer_descriptions(bob, shown, bob.pk, accepts=True)
    assert DescriptionProposal.objects.count() == 0


def test_s13_a_file_of_another_post_is_not_there(alice: User, bob: User, shown: Post) -> None:
    other = make.post(alice, attachments=[make.image(alice)], visibility=Visibility.DIRECT)
    with pytest.raises(ValidationError):
        propose_descriptions(bob, shown, {first(other): "x"})


def test_a_file_takes_so_many(shown: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(propose, "MOST_OPEN", 2)
    people = [make.user(f"reader{n}") for n in range(3)]
    for person in people[:2]:
        propose_descriptions(person, shown, {first(shown): "A door"})
    with pytest.raises(ValidationError):
        propose_descriptions(people[2], shown, {first(shown): "A door"})


def test_what_somebody_blocked_proposed_is_gone(tell, alice: User, bob: User, shown: Post) -> None:
    tell(propose_descriptions, bob, shown, {first(shown): "A door"})
    make.block(alice, bob)
    assert (bell(alice), list(propose.proposals_for(alice, shown))) == ([], [])


def test_somebody_blocked_finds_no_form(client: Client, dave: User, shown: Post) -> None:
    client.force_login(dave)
    assert client.get(f"/posts/{shown.pk}/describe").status_code == 404
    assert client.post(f"/posts/{shown.pk}/describe", {f"description_{first(shown)}": "x"}).status_code == 404


def test_the_pages(client: Client, alice: User, bob: User, shown: Post) -> None:
    client.force_login(bob)
    page = client.get(f"/posts/{shown.pk}").content.decode()
    assert f"/posts/{shown.pk}/describe" in page
    assert client.post(f"/posts/{shown.pk}/describe", {}).status_code == 422
    assert client.post(f"/posts/{shown.pk}/describe", {f"description_{first(shown)}": "A door"}).status_code == 302
    client.force_login(alice)
    assert "A door" in client.get(f"/posts/{shown.pk}/describe").content.decode()
    sent = {"proposer": str(bob.pk), "answer": "accept"}
    assert client.post(f"/posts/{shown.pk}/descriptions", sent).status_code == 302
    assert described(shown) == ["A door", ""]


def test_too_long_is_said_beside_what_was_typed(client: Client, bob: User, shown: Post) -> None:
    client.force_login(bob)
    answer = client.post(f"/posts/{shown.pk}/describe", {f"description_{first(shown)}": "y" * 1501})
    assert answer.status_code == 422
    assert "That is 1501 characters; at most 1500 fit." in answer.content.decode()
    assert "y" * 1501 in answer.content.decode()
