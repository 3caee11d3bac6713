"""Writes about the site itself."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Rule, Site, User
from accounts.permissions import can_run_site, can_write_rules
from accounts.site import forget_site


@transaction.atomic
def change_site(actor: User, **settings: object) -> Site:
    """Change settings of the community, by the names of ``Site``; pages show them within ten seconds.

    Raises PermissionDenied for whoever does not run the site, ValidationError for values that fit no setting.
    """
    if not can_run_site(actor):
        raise PermissionDenied
    Site.objects.get_or_create(pk=1)
    site = Site.objects.select_for_update().get(pk=1)
    for name, value in settings.items():
        setattr(site, name, value)
    site.full_clean()
    site.save()
    transaction.on_commit(forget_site)
    return site


def save_rule(actor: User, rule: Rule) -> Rule:
    """Write a house rule, or what is new in it.

    Raises PermissionDenied for whoever may not, ValidationError for what is no rule.
    """
    if not can_write_rules(actor):
        raise PermissionDenied
    rule.full_clean()
    rule.save()
    return rule
