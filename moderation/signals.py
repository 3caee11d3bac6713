"""Facts about what the house says, sent after commit."""

from django.dispatch import Signal

announcement_published = Signal()  # about: the announcement, new or changed
announcement_withdrawn = Signal()  # about: the announcement; its row may be gone
