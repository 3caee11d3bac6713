"""Work after the answer: mail about decisions."""

from django.core.mail import send_mail
from django_tasks import task


@task()
def mail_person(address: str, subject: str, text: str) -> None:
    """Send one message of the house."""
    send_mail(subject, text, None, [address])
