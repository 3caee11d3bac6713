"""The first start, signing up, and coming back with a passkey."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import PHONE, watch
from tests.browser.server import Site, running_site


def test_the_first_visit_makes_the_owner_and_names_the_place(
    chromium: Browser, tmp_path: Path, complaints: list[str]
) -> None:
    with running_site(tmp_path / "new") as site:
        page = chromium.new_context(locale="en-GB", viewport=PHONE).new_page()
        watch(page, complaints)
        page.goto(site.url)
        assert page.url == f"{site.url}/setup"
        page.get_by_label("What is this place called?").fill("Sternfreunde")
        page.get_by_label("Your name here").fill("mira")
        page.get_by_label("Your e-mail address").fill("mira@example.org")
        page.get_by_label("A password").fill("a meadow behind the house")
        page.get_by_role("button", name="Open the door").click()
        page.wait_for_url(f"{site.url}/")
        expect(page).to_have_title(re.compile("Sternfreunde"))
        answer = page.goto(f"{site.url}/setup")
        assert answer and answer.status == 404
        page.context.close()


def test_a_newcomer_signs_up_confirms_by_mail_and_posts(open_as: Callable[..., Page], site: Site) -> None:
    page = open_as(None, "/accounts/signup/", viewport=PHONE)
    page.get_by_label("Name", exact=True).fill("nora")
    page.get_by_label("E-mail address").fill("nora@example.org")
    page.get_by_label("Password", exact=True).fill("seven lanterns by the dyke")
    page.get_by_role("button", name="Make an account").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    page.goto(_link_in_mail(site, "nora@example.org"))
    page.get_by_role("button", name="Yes, it is mine").click()
    if "/accounts/login" in page.url:
        page.get_by_label("E-mail or name").fill("nora@example.org")
        page.get_by_label("Password", exact=True).fill("seven lanterns by the dyke")
        page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(f"{site.url}/compose")
    page.get_by_label("Your text").fill("Hello, I am new here.")
    page.locator("#composer .addbar .primary").click()
    page.wait_for_url("**/posts/*")
    expect(page.locator("article.post .prose")).to_have_text("Hello, I am new here.")


def test_a_name_that_is_taken_gets_a_sentence_and_keeps_the_rest(open_as: Callable[..., Page]) -> None:
    page = open_as(None, "/accounts/signup/")
    page.get_by_label("Name", exact=True).fill("ada")
    page.get_by_label("E-mail address").fill("second@example.org")
    page.get_by_label("Password", exact=True).fill("seven lanterns by the dyke")
    page.get_by_role("button", name="Make an account").click()
    expect(page.get_by_text("Somebody has this name")).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_have_value("second@example.org")


def test_a_passkey_opens_the_door_without_a_password(open_as: Callable[..., Page], site: Site) -> None:
    page = open_as("cleo", "/settings/security")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                     "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )  # fmt: skip
    page.get_by_role("link", name="Add a passkey").click()
    _confirm_password(page)
    page.get_by_label("What to call it").fill("My phone")
    page.locator("form[data-passkey] button.primary").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto(f"{site.url}/settings/security")
    expect(page.get_by_text("My phone").first).to_be_visible()
    page.context.clear_cookies()
    page.goto(f"{site.url}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda address: "/accounts/login" not in address)
    page.goto(f"{site.url}/settings")
    expect(page.locator("body")).to_have_attribute("data-viewer", re.compile(r"\d+"))


def test_nothing_jumps_when_the_way_in_by_passkey_appears(open_as: Callable[..., Page], site: Site) -> None:
    page = open_as(None)
    late: list[Route] = []
    page.route("**/passkey*.js", lambda route: late.append(route))
    page.goto(site.url + "/accounts/login/", wait_until="commit")
    below = """() => document.querySelector("[name=login]").getBoundingClientRect().top
        - document.querySelector("h1").getBoundingClientRect().bottom"""
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
    page.wait_for_function("() => [...document.querySelectorAll('link[rel=stylesheet]')].every((link) => link.sheet)")
    before = page.evaluate(below)
    late[0].continue_()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_visible()
    assert page.evaluate(below) == pytest.approx(before, abs=6)  # the letters may still change


def _confirm_password(page: Page) -> None:
    """Where the site wants to be sure, type the password again."""
    if "reauthenticate" in page.url:
        page.locator("input[type=password]").fill("correct horse battery")
        page.locator("main form button.primary").first.click()


def _link_in_mail(site: Site, address: str) -> str:
    for mail in (site.data / "mail").iterdir():
        text = mail.read_text()
        if address in text and (link := re.search(rf"{site.url}/accounts/\S+", text)):
            return link.group()
    raise AssertionError("no mail")
