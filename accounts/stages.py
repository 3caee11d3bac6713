"""The steps of signing in that are ours."""

from __future__ import annotations

from typing import Any

from allauth.account.stages import EmailVerificationStage

from accounts.permissions import may_come_unconfirmed


class ConfirmationStage(EmailVerificationStage):  # type: ignore[misc]
    """Asks for a confirmed address, but not where a site without mail could not have it confirmed."""

    def handle(self) -> Any:
        """Pass on, or lead to the page that says where the mail went."""
        person = self.login.user  # None where an address has an account already, which nobody is told
        return (None, True) if person and may_come_unconfirmed(person) else super().handle()
