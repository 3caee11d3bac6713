"""What readers propose to an author."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import TimedModel
from media.models import Attachment

DESCRIPTION_LENGTH = 1500


class DescriptionProposal(TimedModel):
    """A description of a file that a reader offers to its author, who takes it or does not."""

    KEEPS_FILES = False  # the sweep need not spare a file because of this row

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for an answer")
        ACCEPTED = "accepted", _("Taken")
        DECLINED = "declined", _("Not taken")

    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="proposals")
    attachment = models.ForeignKey(
        Attachment, on_delete=models.CASCADE, related_name="proposals", verbose_name=_("file")
    )
    proposer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="proposals", verbose_name=_("proposed by")
    )
    text = models.CharField(_("description"), max_length=DESCRIPTION_LENGTH)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)

    class Meta:
        verbose_name = _("proposed description")
        verbose_name_plural = _("proposed descriptions")
        constraints = [
            models.UniqueConstraint(
                fields=["attachment", "proposer"], condition=models.Q(state="open"), name="proposal_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposer_id} describes {self.attachment_id}"
