"""Facts about people, sent after commit with ``actor``, ``about`` and what is named here."""

from django.dispatch import Signal

person_followed = Signal()  # about: Follow
person_unfollowed = Signal()  # about: the person
follow_requested = Signal()  # about: FollowRequest
follow_accepted = Signal()  # about: Follow; actor: the followee
person_blocked = Signal()  # about: the person
access_revoked = Signal()  # about: the person whose sessions and sockets end
signed_out_everywhere = Signal()  # about: the person, who wants nothing else to act for them; their apps go as well
person_suspended = Signal()  # about: the person
person_restored = Signal()  # about: the person
signup_requested = Signal()  # about: the person who waits for approval
person_approved = Signal()  # about: the person who was let in
# about: the person; the house tells them ``text`` (in their language), post: a Post or None, act_id: a moderator's act
person_told = Signal()
moderators_called = Signal()  # about: a person; why: "report" or "signup"; post: a Post or None; report_id
