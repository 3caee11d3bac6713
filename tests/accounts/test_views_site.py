"""The site's own words and colours."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import Site, User


@pytest.fixture
def site(mod: User) -> Site:
    return Site.objects.create(
        name="Nordhof", about="We **read**.", rules="1. Be kind", accent_hue=30, accent_chroma=0.12
    )


def test_about_says_what_it_is_and_who_looks_after_it(client: Client, site: Site) -> None:
    text = client.get("/about").text
    assert ("<strong>read</strong>" in text, "@mod" in text, "Nordhof" in text) == (True, True, True)


def test_what_is_long_is_not_cut(client: Client, site: Site) -> None:
    """Posts in feeds fold after a dozen lines ("long"); these two pages have nothing to unfold them."""
    assert not any("prose long" in client.get(page).text for page in ("/about", "/rules"))


def test_rules(client: Client, site: Site) -> None:
    assert "<li>Be kind</li>" in client.get("/rules").text


def test_the_accent_is_two_numbers_and_may_be_kept_when_named(client: Client, site: Site) -> None:
    named = client.get("/theme.css?v=30-0.12")
    assert (named.content, named["Content-Type"]) == (b":root{--accent-h:30;--accent-c:0.120}\n", "text/css")
    assert "immutable" in named["Cache-Control"]
    assert client.get("/theme.css?v=1-1")["Cache-Control"] == "public, max-age=60"


def test_the_page_names_the_accent_it_asks_for(client: Client, site: Site) -> None:
    assert "/theme.css?v=30-0.12" in client.get("/about").text


@pytest.mark.parametrize(
    ("theme", "kept"), [("dark", ' data-theme="dark"'), ("light", ' data-theme="light"'), ("pink", "")]
)
def test_anybody_may_choose_light_or_dark(client: Client, site: Site, theme: str, kept: str) -> None:
    answer = client.post("/preferences/theme", {"theme": theme, "next": "/rules"})
    assert answer["Location"] == "/rules"
    assert f'<html lang="en"{kept}>' in client.get("/rules").text


@pytest.mark.parametrize(("theme", "marked"), [("dark", "dark"), ("light", "light"), ("pink", "auto")])
def test_the_foot_offers_the_choice_and_marks_it(client: Client, site: Site, theme: str, marked: str) -> None:
    client.post("/preferences/theme", {"theme": theme})
    page = client.get("/rules").text
    assert re.findall(r'name="theme" value="(\w+)"', page) == ["auto", "light", "dark"]
    assert re.findall(r'name="theme" value="(\w+)" aria-current="true"', page) == [marked]


def test_who_is_signed_in_keeps_it_on_every_device(client: Client, site: Site, alice: User) -> None:
    client.force_login(alice)
    client.post("/preferences/theme", {"theme": "dark"})
    alice.refresh_from_db()
    assert (alice.theme, "theme" in client.cookies) == ("dark", False)


@pytest.mark.parametrize("path", ["/about", "/rules", "/theme.css"])
def test_reading_only(client: Client, site: Site, path: str) -> None:
    assert client.post(path).status_code == 405
