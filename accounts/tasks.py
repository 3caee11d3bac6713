"""Work of this room that nobody waits for."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django_tasks import task

from accounts.models import User
from accounts.site import current_site


@task()
def mail_approval(pk: int) -> None:
    """Tell a person that they were let in, in their language; nothing for one who is gone or has no address."""
    person = User.objects.filter(pk=pk, is_active=True).first()
    address = EmailAddress.objects.get_primary_email(person) if person else None
    if person is None or not address:
        return
    site = current_site()
    context = {"site": site, "person": person, "login_url": settings.SITE_URL + reverse("account_login")}
    with translation.override(person.language or site.language):
        text = render_to_string("accounts/mail/approved.txt", context)
    subject, _, body = text.strip().partition("\n\n")
    send_mail(subject, body, None, [address])
