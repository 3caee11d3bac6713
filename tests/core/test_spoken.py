from __future__ import annotations

import pytest
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from markupsafe import Markup, escape

from accounts.models import User
from core.fragments import render_card
from core.spoken import SpokenEnvironment, shown
from posts.models import Post


def test_a_settled_call_is_answered_once_and_escaped() -> None:
    asked: list[str] = []

    def word(text: str) -> str:
        asked.append(text)
        return f"<{text}>"

    template = SpokenEnvironment(autoescape=True).speaking({"_": word}).from_string('{{ _("a") }}{{ _("b")|lower }}')
    assert [template.render(), template.render()] == ["&lt;a&gt;&lt;b&gt;"] * 2
    assert asked == ["a", "b"]


def test_a_call_with_something_that_varies_waits_for_it() -> None:
    environment = SpokenEnvironment(autoescape=True).speaking({"_": str.upper})
    assert environment.from_string("{{ _(name) }}").render(name="b", _=str.title) == "B"
    assert environment.from_string("{{ _('c') }}").render(_=str.lower) == "C"


def test_each_language_has_templates_of_its_own(bob: User, post: Post) -> None:
    shown = Post.objects.for_display(bob).get(pk=post.pk)
    said = []
    for language in ("en", "de", "en"):
        with translation.override(language):
            said.append(render_card(shown, bob))
    assert ["Copy address" in card for card in said] == [True, False, True]
    assert said[0] == said[2]


def spoken(source: str, **context: object) -> str:
    """Render a template whose words are settled; ``_`` is not there any more when it is rendered."""
    words = {"Hello %(name)s": "%(name)s, <hallo>", "%(n)s of %(all)s %%": "%(n)s von %(all)s %%"}
    return SpokenEnvironment(autoescape=True).speaking({"_": words.__getitem__}).from_string(source).render(context)


def test_words_with_a_place_are_settled_around_it() -> None:
    said = spoken('{{ _("Hello %(name)s")|format(name="@" ~ name ~ n) }}', name="<b>", n=5)
    assert said == "@&lt;b&gt;5, &lt;hallo&gt;"
    assert spoken('{{ _("Hello %(name)s")|format(name=name|safe) }}', name="<b>") == "<b>, &lt;hallo&gt;"


def test_words_that_cannot_be_taken_apart_are_filled_in_as_ever() -> None:
    assert spoken('{{ _("%(n)s of %(all)s %%")|format(n=n, all="<") }}', n=1) == "1 von &lt; %"
    assert (
        spoken('{% set said = _("Hello %(name)s")|format(name=name) %}{{ said }}', name="&") == "&amp;, &lt;hallo&gt;"
    )


@pytest.mark.parametrize("value", ["<&>\"'", Markup("<b>"), SafeString("<i>"), 5, 2.5, None, True, gettext_lazy("now")])
def test_values_are_shown_as_markupsafe_escapes_them(value: object) -> None:
    assert (spoken("{{ value }}", value=value), shown(value)) == (str(escape(value)), str(escape(value)))
