"""Whatever is typed into a form of a page can be said to the API: each field, and the parameter that means the same.

A new field needs a row here, or a reason why only the page needs it.
"""

from __future__ import annotations

from typing import Any

import pytest

from accounts.forms.person import PersonForm
from accounts.forms.settings import InvitationForm, LeaveForm, PreferencesForm, PrivacyForm, ProfileForm
from api import urls  # noqa: F401  (declares the endpoints)
from api.endpoint import ENDPOINTS
from feeds.list_form import ListForm
from feeds.podcast_form import PodcastForm
from moderation.forms import ReportForm
from notifications.forms import DeviceForm, PolicyForm
from posts.extras_form import ExtrasForm
from posts.filter_form import FilterForm
from posts.forms import PostForm

BY_NAME = {f"{one.method} {one.path.removeprefix('api/')}": one for one in ENDPOINTS}

# A form, the endpoint that takes the same, and the fields that are called otherwise there.
SAME: dict[Any, tuple[str, dict[str, str]]] = {
    PreferencesForm: ("PATCH polylog/v1/settings", {}),
    PrivacyForm: (
        "PATCH v1/accounts/update_credentials",
        {
            "is_locked": "locked",
            "is_discoverable": "discoverable",
            "is_searchable": "indexable",
            "hides_ties": "hide_collections",
            "post_visibility": "source.privacy",
        },
    ),
    ProfileForm: ("PATCH v1/accounts/update_credentials", {"bio": "note", "is_bot": "bot"}),
    PersonForm: ("POST v1/accounts/<id:pk>/follow", {"notifies": "notify", "shows_shares": "reblogs"}),
    InvitationForm: ("POST polylog/v1/invitations", {}),
    LeaveForm: ("DELETE polylog/v1/account", {}),
    PolicyForm: ("PATCH v2/notifications/policy", {}),
    DeviceForm: (
        "POST v1/push/subscription",
        {
            "endpoint": "subscription.endpoint",
            "p256dh": "subscription.keys.p256dh",
            "auth": "subscription.keys.auth",
            "alerts": "data.alerts",
            "policy": "data.policy",
        },
    ),
    ReportForm: ("POST v1/reports", {"rules": "rule_ids"}),
    ListForm: ("POST v1/lists", {"is_exclusive": "exclusive"}),
    PodcastForm: ("PATCH polylog/v1/podcast", {}),
    FilterForm: (
        "POST v2/filters",
        {
            "words": "keywords_attributes.keyword",
            "parts": "keywords_attributes.whole_word",
            "contexts": "context",
            "action": "filter_action",
            "lasts": "expires_in",
        },
    ),
    PostForm: (
        "POST v1/statuses",
        {
            "text": "status",
            "spoiler": "spoiler_text",
            "is_sensitive": "sensitive",
            "reply_to": "in_reply_to_id",
            "quote_of": "quoted_status_id",
        },
    ),
    ExtrasForm: (
        "POST v1/statuses",
        {
            "poll_lasts": "poll.expires_in",
            "poll_multiple": "poll.multiple",
            "poll_hides": "poll.hide_totals",
            "due": "scheduled_at",
            "quote_policy": "quote_approval_policy",
        },
    ),
}
OTHERWISE = {
    "PrivacyForm.is_indexable": "Stands in polylog/v1/settings, as the dialect has no word for it.",
    "PersonForm.endorses": "Has endpoints of its own: endorse and unendorse.",
    "PersonForm.note": "Has an endpoint of its own: note.",
    "LeaveForm.sure": "The method says so.",
    "PostForm.key": "The header Idempotency-Key.",
    "PostForm.based_on": "The page's mark against two windows that edit the same post; a program has `edited_at`.",
    "ExtrasForm.due_offset": "The clock of the browser; a program says its moments with an offset.",
}


@pytest.mark.parametrize("form", SAME, ids=lambda form: form.__name__)
def test_what_a_form_takes_an_endpoint_takes(form):
    name, otherwise = SAME[form]
    asked = {field: otherwise.get(field, field) for field in form.base_fields}
    left_out = {field for field in asked if f"{form.__name__}.{field}" in OTHERWISE}
    missing = {field for field, at in asked.items() if field not in left_out and not _has(BY_NAME[name].takes(), at)}
    assert missing == set()


def test_no_row_is_about_a_field_there_is_not():
    fields = {f"{form.__name__}.{field}" for form in SAME for field in form.base_fields}
    named = {f"{form.__name__}.{field}" for form, (_name, otherwise) in SAME.items() for field in otherwise}
    assert (named | set(OTHERWISE)) - fields == set()


def _has(params: Any, at: str) -> bool:
    """Whether there is a parameter at this place: ``poll.expires_in``, through dictionaries and lists."""
    name, _, rest = at.partition(".")
    field = params.fields.get(name)
    inner = getattr(field, "child", field)
    return field is not None and (not rest or _has(inner, rest))
