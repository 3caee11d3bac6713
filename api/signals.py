"""Facts about apps, sent after commit with ``actor``, ``about`` and what is named here."""

from django.dispatch import Signal

app_let_in = Signal()  # about: the person; token: an AccessToken with its app
tokens_revoked = Signal()  # about: the person; tokens: the keys of what is no longer in force
