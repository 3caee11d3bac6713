"""Facts about posts, sent after commit with ``actor`` and ``about`` (the post unless named otherwise)."""

from django.dispatch import Signal

post_published = Signal()  # mentioned: list of user ids
post_edited = Signal()  # mentioned: ids of people who were not mentioned before
post_deleted = Signal()
post_restored = Signal()
post_being_liked = Signal()  # the only one sent before the commit: what hears it stands or falls with the like
post_unliked = Signal()
post_shared = Signal()  # about: the share
poll_voted = Signal()  # about: the post
poll_closed = Signal()  # about: the post; voters: list of user ids
descriptions_proposed = Signal()  # about: the post; text: all that this person proposes for it
descriptions_answered = Signal()  # about: the post; proposer: the person who hears of it
post_counted = Signal()  # a count changed that readers of the post look at

# Unlike facts, these are sent within the transaction: whoever keeps something equal to what posts say writes it along.
post_placed = Signal()  # about: a new post; people: ids of those mentioned; tags: names; files; answers of its poll
posts_changed = Signal()  # ids: of posts that say something else now, or of which a file does
posts_emptied = Signal()  # ids: of posts of which only the place is left
