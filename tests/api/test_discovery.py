"""Documents at known addresses."""

from django.test import Client

from accounts.models import Site
from accounts.site import forget_site
from api.entities.forms import stamp
from media.work import images, tracks
from tests import make


def test_nodeinfo_names_the_software(api, alice):
    make.post(alice)
    (link,) = api("GET", "/.well-known/nodeinfo")["links"]
    found = api("GET", link["href"].removeprefix("http://localhost:8000"))
    assert (found["software"]["name"], found["usage"]["localPosts"], found["version"]) == ("polylog", 1, "2.0")


def test_somebody_is_found_by_their_name_at_this_site(api, alice):
    response = api.ask("GET", "/.well-known/webfinger", {"resource": "acct:alice@localhost:8000"})
    assert response.headers["Content-Type"].startswith("application/jrd+json")
    assert response.json()["subject"] == "acct:alice@localhost:8000"
    assert response.json()["links"][0]["href"] == "http://localhost:8000/@alice"


def test_nobody_is_found_elsewhere(api, alice):
    api("GET", "/.well-known/webfinger", {"resource": "acct:alice@elsewhere.example"}, status=404)
    api("GET", "/.well-known/webfinger", {"resource": "x"}, status=400)
    api("GET", "/.well-known/webfinger", status=400)


def test_apps_are_told_the_sizes_at_which_files_are_refused(api, db):
    told = api("GET", "/api/v2/instance")["configuration"]["media_attachments"]
    assert (told["image_matrix_limit"], told["video_matrix_limit"]) == (images.IMAGE_PIXELS, tracks.FILM_PIXELS)
    assert (images.IMAGE_PIXELS, tracks.FILM_PIXELS) == (50_000_000, 8192 * 4320)


def test_host_meta_says_where_to_ask(api, db):
    text = api.ask("GET", "/.well-known/host-meta").content.decode()
    assert 'template="http://localhost:8000/.well-known/webfinger?resource={uri}"' in text


def test_a_public_post_can_be_shown_as_a_link_elsewhere(api, alice):
    post = make.post(alice, text="Tea *time*")
    shown = api("GET", "/api/oembed", {"url": f"http://localhost:8000/@alice/{post.pk}"})
    assert (shown["type"], shown["title"], shown["author_name"]) == ("link", "Tea time", "alice")
    secret = make.post(alice, visibility=2)
    api("GET", "/api/oembed", {"url": f"http://localhost:8000/posts/{secret.pk}"}, status=404)


def test_the_address_of_apps_leads_to_the_post(client, alice):
    post = make.post(alice)
    assert client.get(f"/@alice/{post.pk}").headers["Location"] == f"/posts/{post.pk}"


def test_the_words_of_the_site_say_since_when(api, alice):
    began = api("GET", "/api/v1/instance/extended_description")
    assert (began["content"], began["updated_at"]) == ("", stamp(alice.date_joined))
    site = Site.objects.create(about="Tea, *mostly*.")
    forget_site()
    said = {"updated_at": stamp(site.changed), "content": "<p>Tea, <em>mostly</em>.</p>"}
    assert api("GET", "/api/v1/instance/extended_description") == said


def test_the_health_is_a_word_or_an_object_as_one_asks(db):
    word = Client().get("/health", headers={"accept": "*/*"})
    assert (word.content, word.headers["Content-Type"]) == (b"OK", "text/plain; charset=utf-8")
    assert Client().get("/health").content == b"OK"
    assert Client().get("/health", headers={"accept": "application/json"}).json() == {"status": "OK"}


def test_an_embed_says_no_more_than_the_warning(api, alice):
    post = make.post(alice, "It was the butler", spoiler="How it ends")
    assert api("GET", "/api/oembed", {"url": f"http://localhost:8000/posts/{post.pk}"})["title"] == "How it ends"
