"""Facts about files."""

from django.dispatch import Signal

attachment_processed = Signal()  # about: the attachment, ready or failed
attachment_opened = Signal()  # about: the attachment, a film whose beginning can be watched while it is being made
attachment_progressed = Signal()  # about: the attachment, on which the work has come further

# Sent within the transaction, so that whoever keeps what files say writes it along.
attachment_described = Signal()  # about: the attachment, which has another description now
