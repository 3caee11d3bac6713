"""What a composer hands in beside its text and files: a poll, a later time, and who may quote."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy

from posts.models import Poll, Post, QuotePolicy, ScheduledPost
from posts.models.polls import OPTION_LENGTH, OPTIONS
from posts.services.polls import PollDraft, check_poll

SHOWN = 4  # fields for answers that are open from the start
LASTS = [
    (1800, gettext_lazy("30 minutes")),
    (3600, gettext_lazy("1 hour")),
    (21_600, gettext_lazy("6 hours")),
    (86_400, gettext_lazy("1 day")),
    (259_200, gettext_lazy("3 days")),
    (604_800, gettext_lazy("7 days")),
    (2_592_000, gettext_lazy("30 days")),
]
MOMENT = "%Y-%m-%dT%H:%M"  # as browsers hand in a day and a time
FARTHEST = 14 * 60  # minutes between UTC and anybody's clock


class ExtrasForm(forms.Form):
    """The fields few posts need. Answers are all called ``poll_option``; those left empty are not there."""

    poll_lasts = forms.TypedChoiceField(choices=LASTS, coerce=int, required=False, empty_value=None)
    poll_multiple = forms.BooleanField(required=False)
    poll_hides = forms.BooleanField(required=False)
    due = forms.DateTimeField(
        required=False,
        input_formats=[MOMENT, f"{MOMENT}:%S"],
        error_messages={"invalid": gettext_lazy("Write a day and a time.")},
    )
    due_offset = forms.IntegerField(required=False, min_value=-FARTHEST, max_value=FARTHEST)
    quote_policy = forms.TypedChoiceField(
        choices=QuotePolicy.choices,
        coerce=int,
        required=False,
        empty_value=QuotePolicy.EVERYBODY,  # type: ignore[arg-type]  # the stubs think of text
    )

    def __init__(self, data: QueryDict | None = None, *, post: Post | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.before: Poll | None = post.poll if post and post.has_poll else None
        if self.before and not self.is_bound:
            self.initial.update(poll_multiple=self.before.is_multiple, poll_hides=self.before.hides_totals)
        if post and not self.is_bound:
            self.initial["quote_policy"] = post.quote_policy

    @property
    def is_whole(self) -> bool:
        """Whether the form that was handed in has these fields at all: a box for a comment has not."""
        return not self.is_bound or "extras" in self.data

    @property
    def options(self) -> list[str]:
        """The answers typed so far, or those the poll has."""
        if isinstance(self.data, QueryDict) and self.is_bound:
            return [text.replace("\0", "") for text in self.data.getlist("poll_option")][: OPTIONS[1]]
        if self.before:
            return [option.title for option in self.before.options.all()]
        return list(self.initial.get("options", []))

    @property
    def rows(self) -> list[str]:
        """What the fields for answers hold: first those that are open, all in all as many as a poll takes."""
        return [*self.options, *[""] * (OPTIONS[1] - len(self.options))]

    @property
    def first_rows(self) -> list[str]:
        """The fields that are open from the start."""
        return self.rows[: max(SHOWN, sum(map(bool, self.options)))]

    @property
    def other_rows(self) -> list[str]:
        """The fields behind "More answers"."""
        return self.rows[len(self.first_rows) :]

    @property
    def is_asking(self) -> bool:
        """Whether there is something in the poll."""
        return any(option.strip() for option in self.options) or "poll" in self.errors

    @property
    def is_later(self) -> bool:
        """Whether a time was chosen."""
        return bool(self["due"].value()) or bool(self["due"].errors)

    @property
    def option_length(self) -> int:
        """How long an answer may be."""
        return OPTION_LENGTH

    @property
    def moment(self) -> str:
        """The chosen time as its field holds it."""
        value = self["due"].value() or ""
        return value.astimezone(UTC).strftime(MOMENT) if isinstance(value, datetime) else str(value)

    def clean(self) -> dict[str, Any]:
        """Make the poll and the moment out of what was typed; a sentence under ``poll`` says what is wrong with it."""
        said = self.cleaned_data
        said["poll"] = self._draft(said)
        if isinstance(said["poll"], PollDraft):
            try:
                check_poll(said["poll"])
            except ValidationError as refused:
                self.add_error(None, refused.messages[0])
                self.errors["poll"] = self.errors.pop("__all__")
        if said.get("due"):  # typed by their own clock, which is so many minutes behind UTC; without script, by UTC
            said["due"] = said["due"].replace(tzinfo=UTC) + timedelta(minutes=said.get("due_offset") or 0)
        return said

    def _draft(self, said: dict[str, Any]) -> PollDraft | Literal["keep"] | None:
        if not self.is_whole and self.before:
            return "keep"
        options = [option.strip() for option in self.options if option.strip()]
        if not options:
            return None
        is_multiple, hides = said.get("poll_multiple", False), said.get("poll_hides", False)
        lasts = timedelta(seconds=said.get("poll_lasts") or 86_400)
        if self.before and not said.get("poll_lasts"):
            same = [option.title for option in self.before.options.all()] == options
            if same and (is_multiple, hides) == (self.before.is_multiple, self.before.hides_totals):
                return "keep"
            lasts = self.before.ends_at - timezone.now()
        return PollDraft(options, lasts, is_multiple=is_multiple, hides_totals=hides)


def extras_of(scheduled: ScheduledPost) -> ExtrasForm:
    """Return the form of a post to come."""
    kept = scheduled.poll or {}
    initial = {"due": scheduled.due, "quote_policy": scheduled.quote_policy, "options": kept.get("options", [])}
    initial |= {"poll_multiple": kept.get("is_multiple", False), "poll_hides": kept.get("hides_totals", False)}
    return ExtrasForm(initial=initial | {"poll_lasts": kept.get("seconds")})
