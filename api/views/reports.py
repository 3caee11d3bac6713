"""Telling the moderators."""

from __future__ import annotations

from rest_framework import serializers

from accounts.models import Rule
from api.endpoint import Call, endpoint
from api.entities.report import Report, reports_by_id
from api.errors import Refused
from api.fields import Flag, Id, Many, Params, Text
from api.views.common import get_person
from core.ratelimit import check
from moderation.models import COMMENT_LENGTH
from moderation.models import Report as ReportRow
from moderation.services.reports import MOST_POSTS, report
from posts.models import Post

CATEGORY_OF = {
    "spam": ReportRow.Category.SPAM,
    "legal": ReportRow.Category.ILLEGAL,
    "violation": ReportRow.Category.RULES,
    "other": ReportRow.Category.OTHER,
}


class NewReport(Params):
    """Who or what, and why."""

    account_id = Id(required=True)
    status_ids = Many(child=Id(), help_text="Posts of that person.")
    collection_ids = Many(child=Id(), help_text="Taken, and ignored: there are no collections here.")
    comment = Text(max_length=COMMENT_LENGTH)
    forward = Flag(help_text="Taken, and ignored: there is no other site to tell.")
    category = serializers.ChoiceField(list(CATEGORY_OF), required=False)
    rule_ids = Many(child=Id(), help_text="House rules that were broken.")


@endpoint("POST", "api/v1/reports", "write:reports", takes=NewReport, gives=Report)
def create(call: Call) -> Report:
    """Report a person, with posts of theirs as they read now."""
    said = call.params
    person = get_person(said["account_id"], call.person)
    check("report", f"user:{call.person.pk}")
    ids = list(dict.fromkeys(said.get("status_ids", [])))[:MOST_POSTS]
    seen = Post.objects.visible_to(call.person).filter(author=person).in_bulk(ids)
    if len(seen) < len(ids):
        raise Refused(404, "Record not found")
    rules = list(Rule.objects.in_force().filter(pk__in=said.get("rule_ids", [])))
    category = CATEGORY_OF[said.get("category", "violation" if rules else "other")]
    made = report(
        call.person,
        person,
        posts=[seen[pk] for pk in ids],
        category=category,
        comment=said.get("comment", ""),
        rules=rules,
    )
    return reports_by_id([made.pk])[made.pk]
