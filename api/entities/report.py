"""Reports to the moderators."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypedDict

from api.entities.account import Account, accounts_by_id
from api.entities.forms import stamp_of, stamp_or_none
from moderation.models import Report as ReportRow

Category = Literal["spam", "legal", "violation", "other"]
CATEGORIES: dict[str, Category] = {
    ReportRow.Category.SPAM: "spam",
    ReportRow.Category.ILLEGAL: "legal",
    ReportRow.Category.RULES: "violation",
}
"""Ours in the words of the dialect; what it has no word for is other."""


class Report(TypedDict):
    """What somebody told the moderators."""

    id: str
    action_taken: bool
    action_taken_at: str | None
    category: Category
    comment: str
    forwarded: bool
    created_at: str
    status_ids: list[str]
    rule_ids: list[str]
    collection_ids: list[str]
    target_account: Account


def reports_by_id(ids: Iterable[int]) -> dict[int, Report]:
    """Return reports; a fixed number of queries for all."""
    rows = list(ReportRow.objects.filter(pk__in=list(ids)).prefetch_related("more_posts", "rules"))
    accounts = accounts_by_id(row.person_id for row in rows)
    return {row.pk: report_of(row, accounts[row.person_id]) for row in rows}


def report_of(row: ReportRow, account: Account) -> Report:
    """Return a report about somebody."""
    return {
        "id": str(row.pk),
        "action_taken": row.status == ReportRow.Status.RESOLVED,
        "action_taken_at": stamp_or_none(row.handled_at),
        "category": CATEGORIES.get(row.category, "other"),
        "comment": row.comment,
        "forwarded": False,
        "created_at": stamp_of(row.pk),
        "status_ids": [str(pk) for pk in row.post_ids],
        "rule_ids": [str(rule.pk) for rule in row.rules.all()],
        "collection_ids": [],
        "target_account": account,
    }
