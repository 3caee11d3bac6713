"""What else a home timeline is made of, beside the people somebody follows: tags; and whom its exclusive lists keep.

Conditions for queries that are prepared: ``who`` may be a placeholder. Most people follow no tag and have no exclusive
list, so each condition first asks whether there is anything at all, which a database does once for a whole statement.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.db.models.lookups import IsNull

from feeds.models import ListMember, PeopleList
from posts.models import PostTag, TagFollow, Visibility

# Whoever finds a post by its tag need not know its author: the same as on the tag's own timeline.
FOUND_BY_TAG = Q(visibility=Visibility.PUBLIC, share_of=None, author__limited_at=None)


def carries_followed_tag(who: int) -> Q:
    """Public posts, no shares, with a tag that the reader follows."""
    follows = TagFollow.objects.filter(user=who)
    # Asking about the post inside keeps PostgreSQL from hashing all that ever carried the tags.
    is_original = Q(IsNull(OuterRef("share_of"), True))
    carried = PostTag.objects.filter(is_original, post=OuterRef("pk"), tag__in=follows.values("tag"))
    return FOUND_BY_TAG & Q(Exists(follows)) & Q(Exists(carried))


def not_kept_elsewhere(who: int) -> Q:
    """Posts of the reader, and of everybody who is on no list that keeps its people out of Home."""
    lists = PeopleList.objects.filter(owner=who, is_exclusive=True)
    kept = ListMember.objects.filter(list__owner=who, list__is_exclusive=True, person=OuterRef("author"))
    return Q(author=who) | ~Q(Exists(lists)) | ~Q(Exists(kept))
