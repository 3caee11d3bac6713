"""The composer: what it takes, what it refuses, and that nothing typed or brought is ever lost."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from accounts.models import User
from core.ratelimit import forget_all
from media.models import Attachment
from media.store import StorageFull
from posts.models import Post, PostEdit, Visibility
from posts.services.change import delete_post, edit_post
from posts.services.interact import share_post
from tests import make


@pytest.fixture
def writer(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_it_asks_people_to_sign_in(client: Client, alice: User) -> None:
    for address in ("/compose", "/compose?reply_to=1", "/posts/1/edit"):
        answer = client.get(address)
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/accounts/login/")


def test_it_publishes_everything_that_can_be_said(writer: Client, alice: User) -> None:
    said = {"text": "Hello", "spoiler": "Careful", "is_sensitive": "on", "language": "de", "visibility": "2"}
    answer = writer.post("/posts", said)
    post = Post.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/posts/{post.pk}")
    assert (post.text, post.spoiler, post.is_sensitive, post.language) == ("Hello", "Careful", True, "de")
    assert (post.author, post.visibility) == (alice, Visibility.FOLLOWERS)


def test_a_double_submit_makes_one_post(writer: Client) -> None:
    said = {"text": "Hello", "key": str(uuid.uuid4())}
    answers = [writer.post("/posts", said).url for _ in range(2)]
    assert (answers[0], Post.objects.count()) == (answers[1], 1)


def test_a_made_up_key_is_none(writer: Client) -> None:
    assert [writer.post("/posts", {"text": "Hello", "key": "nonsense"}).status_code for _ in range(2)] == [302, 302]
    assert Post.objects.count() == 2


def test_every_form_has_a_key_of_its_own(writer: Client) -> None:
    keys = {str(writer.get("/compose").context["form"].initial["key"]) for _ in range(2)}
    assert len(keys) == 2


def test_files_in_the_form_itself_are_published(writer: Client) -> None:
    writer.post("/posts", {"text": "Look", "files": [make.upload("one.png"), make.upload("two.png")]})
    assert [file.name for file in Post.objects.get().attachments.order_by("post_place__position")] == [
        "one.png",
        "two.png",
    ]


def test_uploaded_files_are_published_in_their_order_with_their_words(writer: Client, alice: User) -> None:
    one, two = make.image(alice), make.image(alice)
    said = {"attachment": [two.pk, one.pk], f"description_{one.pk}": "The first"}
    writer.post("/posts", said)
    files = list(Post.objects.get().attachments.order_by("post_place__position"))
    assert [(file.pk, file.description) for file in files] == [(two.pk, ""), (one.pk, "The first")]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"text": ""}, "Write something or add a file."),
        ({"text": "x" * 5001}, "That is 5001 characters"),
        ({"text": "a\0b"}, "cannot be kept"),
        ({"text": "Hi", "spoiler": "x" * 201}, "at most 200"),
        ({"text": "Hi", "visibility": "7"}, "Select a valid choice"),
        ({"text": "Hi", "language": "klingon"}, "Select a valid choice"),
        ({"text": "Hi", "visibility": "3"}, "Nobody is mentioned yet"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(writer: Client, said: dict[str, str], sentence: str) -> None:
    answer = writer.post("/posts", said)
    assert (answer.status_code, Post.objects.count()) == (422, 0)
    page = answer.content.decode()
    assert sentence in page
    assert said["text"].replace("\0", "") == "" or answer.context["form"]["text"].value() == said["text"]


def test_an_error_keeps_the_files_and_their_words(writer: Client, alice: User) -> None:
    kept = make.image(alice)
    said = {"text": "x" * 5001, "attachment": [kept.pk], f"description_{kept.pk}": "A rocket", "files": [make.upload()]}
    items = writer.post("/posts", said).context["tray"].items
    assert [item.attachment.description for item in items] == ["A rocket", ""]
    assert items[0].attachment == kept
    assert Attachment.objects.filter(pk=items[1].attachment.pk, owner=alice).exists()


def test_what_was_kept_is_published_by_the_next_try(writer: Client) -> None:
    first = writer.post("/posts", {"text": "x" * 5001, "files": [make.upload("rocket.png")]})
    again = {"text": "Short", "attachment": [item.attachment.pk for item in first.context["tray"].items]}
    writer.post("/posts", again)
    assert [file.name for file in Post.objects.get().attachments.all()] == ["rocket.png"]


@pytest.mark.parametrize(
    "upload", [make.upload("a.txt", b"words"), make.upload("empty.png", b"")], ids=["not a file we take", "empty"]
)
def test_a_file_we_do_not_take_is_named_and_the_text_kept(writer: Client, upload) -> None:
    upload.seek(0)
    answer = writer.post("/posts", {"text": "Look", "files": [upload]})
    assert (answer.status_code, Post.objects.count()) == (422, 0)
    assert answer.context["form"]["text"].value() == "Look"


def test_a_full_disk_is_said_beside_the_files(writer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise StorageFull

    monkeypatch.setattr("posts.views.tray.receive_file", full)
    answer = writer.post("/posts", {"text": "Look", "files": [make.upload()]})
    assert (answer.status_code, len(answer.context["tray"].errors)) == (422, 1)
    assert "There is no room" in answer.content.decode()


def test_the_eleventh_file_is_refused_and_the_ten_kept(writer: Client) -> None:
    answer = writer.post("/posts", {"text": "Look", "files": [make.upload(f"{n}.png") for n in range(11)]})
    assert (answer.status_code, len(answer.context["tray"].items)) == (422, 10)
    assert "10.png: A post takes up to 10 files." in answer.context["tray"].errors


def test_files_of_others_are_not_taken(writer: Client, bob: User) -> None:
    answer = writer.post("/posts", {"text": "Mine", "attachment": [make.image(bob).pk]})
    assert (answer.status_code, Post.objects.count()) == (422, 0)
    assert "no longer there" in answer.content.decode()


@pytest.mark.parametrize(
    ("action", "order"), [("up:2", [2, 1]), ("down:1", [2, 1]), ("remove:1", [2]), ("up:1", [1, 2])]
)
def test_files_are_moved_without_script(writer: Client, alice: User, action: str, order: list[int]) -> None:
    files = {1: make.image(alice), 2: make.image(alice)}
    verb, _, number = action.partition(":")
    said = {"text": "", "attachment": [file.pk for file in files.values()], "action": f"{verb}:{files[int(number)].pk}"}
    answer = writer.post("/posts", said)
    assert (answer.status_code, Post.objects.count()) == (200, 0)
    assert [item.attachment for item in answer.context["tray"].items] == [files[n] for n in order]


def test_an_answer_goes_into_its_thread(client: Client, bob: User, post: Post) -> None:
    client.force_login(bob)
    answer = client.post("/posts", {"text": "Indeed", "reply_to": post.pk})
    comment = Post.objects.get(reply_to=post)
    assert (answer.url, comment.author) == (f"/posts/{post.pk}#post-{comment.pk}", bob)


def test_an_answer_to_a_script_is_the_comment_itself(client: Client, bob: User, post: Post) -> None:
    client.force_login(bob)
    answer = client.post("/posts", {"text": "Indeed", "reply_to": post.pk}, headers={"HX-Request": "true"})
    comment = Post.objects.get(reply_to=post)
    assert (answer.status_code, f'id="post-{comment.pk}"' in answer.content.decode()) == (201, True)


def test_a_script_hears_what_is_wrong_as_json(writer: Client) -> None:
    headers = {"HX-Request": "true", "Accept": "application/json"}
    answer = writer.post("/posts", {"text": ""}, headers=headers)
    assert (answer.status_code, answer.json()) == (422, {"error": "Write something or add a file."})


def test_an_answer_to_a_comment_addresses_its_author(client: Client, alice: User, bob: User, post: Post) -> None:
    comment = make.comment(bob, post)
    client.force_login(alice)
    assert client.get(f"/compose?reply_to={comment.pk}").context["form"].initial["text"] == "@bob "


def test_answering_a_share_answers_what_it_shares(client: Client, bob: User, post: Post) -> None:
    share = share_post(bob, post)
    client.force_login(bob)
    assert client.get(f"/compose?reply_to={share.pk}").context["reply_to"] == post


def test_a_quote_is_shown_before_and_kept_after(client: Client, bob: User, post: Post) -> None:
    client.force_login(bob)
    assert "Good morning" in client.get(f"/compose?quote={post.pk}").content.decode()
    client.post("/posts", {"text": "Look", "quote_of": post.pk})
    assert Post.objects.get(text="Look").quote_of == post


@pytest.mark.parametrize("field", ["reply_to", "quote"])
def test_what_is_hidden_is_neither_answered_nor_quoted(client: Client, alice: User, dave: User, field: str) -> None:
    post = make.post(alice)
    client.force_login(dave)
    assert client.get(f"/compose?{field}={post.pk}").status_code == 404
    name = {"quote": "quote_of"}.get(field, field)
    assert client.post("/posts", {"text": "Hi", name: post.pk}).status_code == 404


def test_followers_only_is_answered_but_not_quoted(client: Client, alice: User, bob: User) -> None:
    post = make.post(alice, visibility=Visibility.FOLLOWERS)
    client.force_login(bob)
    assert [client.get(f"/compose?{name}={post.pk}").status_code for name in ("reply_to", "quote")] == [200, 403]


def test_too_many_posts_at_once_say_when_to_go_on_and_keep_the_text(writer: Client, settings) -> None:
    settings.RATE_LIMITS = {"post": "1/minute"}
    forget_all()
    writer.post("/posts", {"text": "One"})
    answer = writer.post("/posts", {"text": "Two"})
    assert (answer.status_code, Post.objects.count()) == (429, 1)
    assert answer.context["form"]["text"].value() == "Two"
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    forget_all()


def test_an_edit_changes_and_leads_back(writer: Client, post: Post) -> None:
    assert writer.get(f"/posts/{post.pk}/edit").context["form"].initial["text"] == "Good morning"
    answer = writer.post(f"/posts/{post.pk}/edit", {"text": "Good evening", "based_on": ""})
    assert (answer.url, Post.objects.get().text, PostEdit.objects.count()) == (f"/posts/{post.pk}", "Good evening", 1)


def test_a_stale_edit_keeps_the_text_and_shows_the_other(writer: Client, alice: User, post: Post) -> None:
    edit_post(alice, post, text="From the phone")
    said = {"text": "From the desk", "based_on": ""}
    answer = writer.post(f"/posts/{post.pk}/edit", said)
    page = answer.content.decode()
    assert (answer.status_code, Post.objects.get().text) == (422, "From the phone")
    assert ["changed elsewhere" in page, "From the phone" in page, "From the desk" in page] == [True] * 3
    said["based_on"] = answer.context["form"]["based_on"].value()
    assert writer.post(f"/posts/{post.pk}/edit", said).status_code == 302
    assert Post.objects.get().text == "From the desk"


def test_a_comment_is_edited_in_its_place(client: Client, bob: User, post: Post) -> None:
    comment = make.comment(bob, post, "Frist", attachments=[make.image(bob)])
    client.force_login(bob)
    form = client.get(f"/posts/{comment.pk}/edit", headers={"HX-Request": "true"})
    assert form.templates[0].name == "posts/_edit_comment.html"
    said = {"text": "First", "based_on": "", "attachment": [file.pk for file in comment.attachments.all()]}
    answer = client.post(f"/posts/{comment.pk}/edit", said, headers={"HX-Request": "true"})
    assert (f'id="post-{comment.pk}"' in answer.content.decode(), "First" in answer.content.decode()) == (True, True)
    assert Post.objects.get(pk=comment.pk).attachments_count == 1


def test_only_the_author_edits(client: Client, bob: User, post: Post) -> None:
    client.force_login(bob)
    assert [client.get(f"/posts/{post.pk}/edit").status_code, client.post(f"/posts/{post.pk}/edit").status_code] == [
        403
    ] * 2


def test_an_upload_answers_with_its_row(writer: Client, alice: User) -> None:
    answer = writer.post("/uploads", {"file": make.upload("rocket.png")})
    file = Attachment.objects.get()
    assert (answer.status_code, answer.json()["id"], file.owner) == (201, str(file.pk), alice)
    assert f'data-attachment="{file.pk}"' in answer.json()["html"]


@pytest.mark.parametrize(("sent", "status"), [({}, 422), ({"file": make.upload("a.txt", b"words")}, 422)])
def test_an_upload_that_is_none_says_so(writer: Client, sent: dict[str, object], status: int) -> None:
    answer = writer.post("/uploads", sent)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])


def test_scripts_of_people_signed_out_get_401(client: Client, alice: User) -> None:
    answers = [
        client.post(address, headers={"Accept": "application/json"}) for address in ("/uploads", "/posts/1/like")
    ]
    assert [(answer.status_code, list(answer.json())) for answer in answers] == [(401, ["error"])] * 2


def test_a_comment_sent_again_after_it_was_deleted_stays_away(client: Client, bob: User, post: Post) -> None:
    client.force_login(bob)
    said = {"text": "Indeed", "reply_to": post.pk, "key": str(uuid.uuid4())}
    client.post("/posts", said)
    delete_post(bob, Post.objects.get(reply_to=post))
    assert client.post("/posts", said, headers={"HX-Request": "true"}).status_code == 404
    assert Post.objects.get(reply_to=post).is_gone


@pytest.mark.parametrize(
    ("to", "begun"),
    [
        ("@bob", ("@bob ", Visibility.DIRECT)),
        ("people", ("", Visibility.DIRECT)),
        ("@<b>", ("", Visibility.PUBLIC)),
        ("", ("", Visibility.PUBLIC)),
    ],
)
def test_a_message_begins_with_whom_it_is_for(writer: Client, to: str, begun: tuple[str, int]) -> None:
    form = writer.get("/compose", {"to": to}).context["form"]
    assert (form["text"].value(), form["visibility"].value()) == begun
