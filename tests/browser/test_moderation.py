"""From a report to a suspension, as a member and a moderator do it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, write_post
from tests.browser.server import Site


def test_a_report_leads_to_a_suspension_that_acts_at_once(open_as: Callable[..., Page], site: Site) -> None:
    site.manage("shell", "-v", "0", script="from tests import make\nmake.user('rude', display_name='Rude')\n")
    rude = open_as("rude")
    address = write_post(rude, site.url, "You are all fools").removeprefix(site.url)
    rude.goto(site.url + address)
    expect(rude.locator("[data-live-dot]")).to_have_text("Live")

    ben = open_as("ben", f"{address}/report", viewport=PHONE)
    ben.get_by_label("Insults or harassment").check()
    ben.get_by_label("What should the moderators know?").fill("Unkind to everybody")
    ben.get_by_role("button", name="Send report").click()
    ben.wait_for_url(lambda url: not url.endswith("/report"))

    mod = open_as("mod", "/admin/moderation/report/")
    mod.get_by_role("link", name="You are all fools").click()
    expect(mod.get_by_text("You are all fools").first).to_be_visible()
    mod.get_by_role("link", name="Suspend").first.click()
    mod.get_by_label("In your own words").fill("We do not speak to each other like this.")
    mod.get_by_role("button", name="Suspend").click()
    expect(mod.get_by_text("written into the log").first).to_be_visible()

    assert ben.goto(site.url + address).status == 404
    assert ben.goto(f"{site.url}/@rude").status == 404
    rude.goto(f"{site.url}/settings")
    assert "/accounts/login" in rude.url
