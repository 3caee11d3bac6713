"""What a name may look like, and when two names look the same (UTS 39, for the letters we allow)."""

from __future__ import annotations

import unicodedata

LONGEST = 30

# Addresses of the site, and names that would speak for it. Compared by skeleton, so "m0d" is taken as well.
RESERVED = frozenset(
    """
    about abuse account accounts admin administrator all anonymous api app assets atom auth blog bookmarks bot channel
    channels compose contact dashboard deleted everyone explore faq favicon feed feeds follow follower followers
    following graphql groups healthz help here home host hostmaster inbox info invite join json legal live local login
    logout mail me media mod moderation moderator moderators moderatorin new news nobody nodeinfo noreply no_reply
    notifications null oauth outbox owner policy polylog post postmaster posts press privacy profile readyz register
    report reports robots root rss rules search security server service settings setup share signin signout signup
    site staff static status store stream support sys sysadmin system tag tags team terms theme undefined uploads
    user username users web webmaster well_known wellknown www you
    """.split()  # noqa: SIM905  (a hundred quotation marks would hide the words)
)

_LOOKALIKES = str.maketrans({"0": "o", "1": "l"})


def normalize_name(text: str) -> str:
    """Return ``text`` as names are kept: compatibility forms resolved, case folded, without a leading @."""
    return unicodedata.normalize("NFKC", text[: 4 * LONGEST]).strip().removeprefix("@").casefold()


def skeleton_of(name: str) -> str:
    """Return what ``name`` looks like at a glance: two names with one skeleton can be taken for each other."""
    return name.translate(_LOOKALIKES).replace("rn", "m").replace("vv", "w")


def is_reserved(name: str) -> bool:
    """Whether the name belongs to the site itself, or looks as if it did."""
    return skeleton_of(name) in _RESERVED_SKELETONS


_RESERVED_SKELETONS = frozenset(map(skeleton_of, RESERVED))
