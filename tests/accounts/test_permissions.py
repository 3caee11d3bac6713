"""What somebody may do, asked in Python and asked of the database: the same answer."""

from __future__ import annotations

from django.contrib.auth.models import Permission

from accounts.models import User
from accounts.permissions import can_moderate, who_can_moderate
from moderation.services.team import moderators
from tests import make


def test_the_database_and_python_name_the_same_moderators(alice: User, mod: User) -> None:
    by_group, former, elsewhere = (make.user(name, is_staff=True) for name in ("group", "former", "elsewhere"))
    by_group.groups.add(moderators())
    elsewhere.user_permissions.set(Permission.objects.filter(codename="view_post"))
    gone, no_staff = make.moderator("gone", is_active=False), make.user("no_staff", is_superuser=True)
    no_staff.groups.add(moderators())
    owner = make.owner()
    everybody = {alice, mod, by_group, former, elsewhere, gone, no_staff, owner}
    expected = {mod, by_group, owner}
    assert {person for person in everybody if can_moderate(person)} == set(who_can_moderate()) == expected
