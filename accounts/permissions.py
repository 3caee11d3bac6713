"""What a person may do to another."""

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import User

MODERATE = "moderation.add_action"


def can_follow(actor: User, person: User) -> bool:
    """Somebody else, active, and no block between the two."""
    return actor.pk != person.pk and person.is_active and not actor.is_apart_from(person)


def can_moderate(actor: User) -> bool:
    """Staff with the right to act on people and posts."""
    return actor.is_active and actor.is_staff and actor.has_perm(MODERATE)


def who_can_moderate() -> QuerySet[User]:
    """Everybody of whom ``can_moderate`` is true, as a question to the database."""
    people: QuerySet[User] = User.objects.with_perm(MODERATE, backend="accounts.backends.PasswordBackend")
    return people.filter(is_staff=True)


def can_run_site(actor: User) -> bool:
    """The owner, and whom the owner gave the right to change the site's settings."""
    return actor.is_active and actor.is_staff and actor.has_perm("accounts.change_site")


def can_write_rules(actor: User) -> bool:
    """The owner, and whom the owner gave the right to change house rules."""
    return actor.is_active and actor.is_staff and actor.has_perm("accounts.change_rule")


def can_invite(actor: User, *, members_may_invite: bool) -> bool:
    """Everybody where the site says so, else moderators."""
    return actor.is_active and (members_may_invite or can_moderate(actor))


def is_last_owner(person: User) -> bool:
    """Whether nobody else could run the site: then they cannot leave it."""
    owners = User.objects.filter(is_superuser=True, is_active=True)
    return person.is_superuser and not owners.exclude(pk=person.pk).exists()


def can_see_ties(viewer: User | None, person: User) -> bool:
    """Whom somebody follows and who follows them is for all to see, unless they hide it: then for themselves."""
    return not person.hides_ties or (viewer is not None and viewer.pk == person.pk)


def may_come_unconfirmed(person: User) -> bool:
    """Where no mail arrives, whoever let a person in stands for the confirmed address; who came in so stays in."""
    return person.is_vouched_for and (settings.MAIL_IN_FOLDER or person.last_login is not None)
