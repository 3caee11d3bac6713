"""Tags over the API: what is known of one that nobody used in public."""

from __future__ import annotations

import pytest

from accounts.models import User
from posts.models import Visibility
from posts.services.change import edit_post
from posts.services.tags import follow_tag
from tests import make
from tests.api.conftest import Api

TAG = "/api/v1/tags/SecretParty"


@pytest.mark.parametrize("visibility", [Visibility.FOLLOWERS, Visibility.DIRECT])
def test_a_tag_of_private_posts_is_like_one_that_nobody_used(
    api: Api, api_as, alice: User, carol: User, visibility: int
) -> None:
    ask = api_as(carol)
    before = api("GET", TAG), ask("GET", TAG), ask("GET", "/api/v1/tags/nobodys")
    make.post(alice, "#SecretParty @bob", visibility=visibility)
    follow_tag(alice, "nobodys")
    assert (api("GET", TAG), ask("GET", TAG), ask("GET", "/api/v1/tags/nobodys")) == before
    followed = ask("POST", f"{TAG}/follow")
    assert followed == before[1] | {"following": True}
    assert ask("GET", "/api/v1/followed_tags") == [followed]
    assert ask("POST", f"{TAG}/unfollow") == before[1]


def test_a_tag_is_written_as_somebody_first_wrote_it_in_public(api: Api, alice: User) -> None:
    make.post(alice, "#SecretParty", visibility=Visibility.FOLLOWERS)
    post = make.post(alice, "Soon")
    edit_post(alice, post, text="Soon: #SecretPARTY")
    make.post(alice, "#SECRETPARTY")
    assert api("GET", TAG)["name"] == "SecretPARTY"
