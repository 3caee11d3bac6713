"""What lists cost: as many statements for twenty as for one."""

from __future__ import annotations

import pytest

from posts.services.interact import bookmark_post, like_post
from tests import make

# With the token. Home: where to look, what is there, cards, people, tags, filters; files where there are some.
LISTS = {
    "/api/v1/timelines/home": 7,
    "/api/v1/timelines/public": 6,
    "/api/v1/timelines/tag/tea": 7,
    "/api/v1/accounts/{alice}/statuses": 7,
    "/api/v1/statuses/{talk}/context": 7,
    "/api/v1/favourites": 6,
    "/api/v1/bookmarks": 6,
    "/api/v1/notifications": 6,
    "/api/v1/statuses/{talk}/favourited_by": 4,
    "/api/v1/accounts/{alice}/followers": 4,
}


@pytest.fixture(params=[1, 3, 20])
def community(request, alice, bob):
    talk = make.post(bob, "Talk")
    for n in range(request.param):
        post = make.post(alice, f"Cup {n} #tea")
        like_post(bob, post)
        bookmark_post(bob, post)
        reader = make.user(f"reader{n}")
        make.follow(reader, alice)
        like_post(reader, talk)
        make.comment(reader, talk, f"Answer {n} #tea")
    return {"alice": alice.pk, "talk": talk.pk}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_the_same_for_any_number(api_as, bob, community, path, django_assert_num_queries):
    ask, address = api_as(bob), path.format(**community)
    ask("GET", address)
    with django_assert_num_queries(LISTS[path]):
        assert ask("GET", address)
