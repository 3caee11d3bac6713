"""What the API speaks of. Each entity is a type, which the published description is made of, and a way to fill it.

Names and meanings are those of the Mastodon client API; strict clients drop a whole screen for one wrong ``null``, so
every attribute is always there, and empty as its type allows.
"""
