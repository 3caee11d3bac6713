"""Pages for everybody: axe finds nothing to mend, and nothing scrolls sideways on a small phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import write_post
from tests.browser.server import Site

PATHS = ["/", "/local", "/explore", "/bookmarks", "/notifications", "/compose", "/@ada", "/@ben/followers", 
         "/tags/dyke",
         "/settings", "/settings/account", "/settings/privacy", "/settings/security", "/settings/sessions",
         "/settings/invitations", "/settings/delete", "/about", "/rules", "/follow-requests",
         "/people", "/people?order=new", "/@ben/you", "/notifications/requests", "/settings/notifications",
         "/announcements", "/nowhere"]  # fmt: skip
OUTSIDE = ["/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/@ada"]
SIZES = {"phone": {"width": 390, "height": 2400}, "small": {"width": 320, "height": 2400},
         "desk": {"width": 1440, "height": 2400}}  # fmt: skip


CALM = """() => Promise.allSettled(
    document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished))"""


def faults(page: Page) -> list[str]:
    """What axe finds, best practices included, as ``rule: where``."""
    page.evaluate(CALM)  # colours are on their way after a click
    return [
        f"{page.url} {found['id']}: {node['html'][:150]} {node.get('failureSummary', '')[:300]}"
        for found in Axe().run(page).response["violations"]
        for node in found["nodes"]
    ]


@pytest.fixture(scope="module")
def _talk(site: Site) -> str:
    script = (
        "from tests import make\nfrom accounts.models import User\n"
        "ada, ben = (User.objects.get(username=name) for name in ('ada', 'ben'))\n"
        "post = make.post(ada, 'Meet at the #dyke', attachments=[make.image(ada, description='A dyke')])\n"
        "first = make.comment(ben, post, 'At what time?')\nmake.comment(ada, first, 'At nine.')\nprint(post.pk)\n"
    )
    return f"/posts/{site.manage('shell', '-v', '0', script=script).split()[-1]}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_axe_finds_nothing(open_as: Callable[..., Page], site: Site, _talk: str, size: str, scheme: str) -> None:
    inside = open_as("ada", viewport=SIZES[size], color_scheme=scheme, reduced_motion="reduce")
    outside = open_as(None, viewport=SIZES[size], color_scheme=scheme, reduced_motion="reduce")
    found: list[str] = []
    for page, paths in ((inside, [*PATHS, _talk, f"{_talk}/edit", f"{_talk}/report"]), (outside, [*OUTSIDE, _talk])):
        for path in paths:
            page.goto(site.url + path)
            found += faults(page)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{page.url} scrolls sideways")
    assert found == []


def test_axe_finds_nothing_where_moderators_work(open_as: Callable[..., Page], site: Site) -> None:
    page = open_as("owner", viewport=SIZES["phone"], reduced_motion="reduce")
    found: list[str] = []
    for path in ("", "accounts/user/", "moderation/report/", "moderation/action/", "media/sweep/"):
        page.goto(f"{site.url}/admin/{path}")
        found += faults(page)
    assert found == []


def test_what_is_chosen_is_seen_in_colours_of_the_readers_own(open_as: Callable[..., Page]) -> None:
    page = open_as("ada", "/settings/privacy", forced_colors="active")
    chosen = page.locator("[name=post_visibility]:checked")
    dot = "(field, part) => getComputedStyle(field, part).backgroundColor"
    assert chosen.evaluate(dot, "::after") != chosen.evaluate(dot, None)


def test_the_keyboard_alone_likes_a_post(open_as: Callable[..., Page], site: Site) -> None:
    ada = open_as("ada")
    write_post(ada, site.url, "For the keyboard")
    ada.goto(site.url + "/local")
    ada.keyboard.press("j")
    ada.keyboard.press("l")
    like = ada.locator(".feed article").first.locator("[data-react=like]")
    ada.wait_for_function(
        "() => document.querySelector('.feed article [data-react=like]').getAttribute('aria-pressed') === 'true'"
    )
    assert like.get_attribute("aria-pressed") == "true"


def test_on_the_page_of_a_post_the_keys_mean_that_post(open_as: Callable[..., Page], site: Site, _talk: str) -> None:
    ben = open_as("ben", _talk)
    ben.keyboard.press("r")
    expect(ben.get_by_label("Your comment")).to_be_focused()


def test_a_picture_alone_has_no_next_one(open_as: Callable[..., Page], site: Site, _talk: str) -> None:
    ben = open_as("ben", _talk)
    picture = ben.locator("main > .post .media a")
    picture.focus()
    ben.keyboard.press("Enter")
    box = ben.locator("dialog.lightbox")
    expect(box.get_by_role("button", name="Close")).to_be_visible()
    expect(box.locator(".step").filter(visible=True)).to_have_count(0)
    ben.keyboard.press("Escape")
    expect(picture).to_be_focused()


def test_nothing_unseen_takes_the_focus_in_the_composer(open_as: Callable[..., Page], site: Site) -> None:
    ben = open_as("ben", "/compose")
    expect(ben.locator("#composer.ready")).to_be_visible()
    expect(ben.locator("#composer .plain-files button")).to_be_hidden()


def test_after_deleting_the_focus_is_near(open_as: Callable[..., Page], site: Site) -> None:
    ada = open_as("ada")
    for text in ("Stays", "Goes"):
        write_post(ada, site.url, text)
    ada.goto(site.url + "/local")
    gone = ada.locator(".feed > li", has_text="Goes").first
    gone.locator("summary[aria-label^=More]").focus()
    ada.keyboard.press("Enter")
    gone.get_by_role("button", name="Delete").focus()
    ada.keyboard.press("Enter")
    expect(gone).to_be_hidden()
    assert ada.locator(".feed > li", has_text="Stays").first.locator(":focus").count() == 1
