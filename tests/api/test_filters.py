"""Filters over the API, where what is sent is not what anybody means."""

from __future__ import annotations

from posts.models import FilterKeyword


def test_a_new_filter_takes_the_words_there_are_and_no_ids(api_as, alice):
    words = [{"id": "1"}, {"id": "1", "keyword": "tea"}, {"whole_word": True}]
    said = {"title": "x", "context": ["home"], "keywords_attributes": words}
    made = api_as(alice)("POST", "/api/v2/filters", said)
    assert [word["keyword"] for word in made["keywords"]] == ["tea"]
    assert FilterKeyword.objects.get().keyword == "tea"
