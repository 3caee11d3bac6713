"""Posts, and what people do with them."""

from posts.models.conversations import Conversation, Message, Participation
from posts.models.filters import Context, Filter, FilterAction, FilteredPost, FilterKeyword, FilterVersion
from posts.models.places import Pin, ScheduledFile, ScheduledPost, ThreadMute
from posts.models.polls import Ballot, Poll, PollOption
from posts.models.post import Post, PostAttachment, PostEdit, QuotePolicy, Visibility
from posts.models.proposals import DescriptionProposal
from posts.models.reactions import Bookmark, Like
from posts.models.tags import FeaturedTag, TagDay, TagFollow
from posts.models.words import Hashtag, Mention, PostTag

__all__ = [
    "Ballot", "Bookmark", "Context", "Conversation", "DescriptionProposal", "FeaturedTag", "Filter", "FilterAction",
    "FilterKeyword", "FilterVersion", "FilteredPost", "Hashtag", "Like", "Mention", "Message", "Participation", "Pin",
    "Poll", "PollOption", "Post", "PostAttachment", "PostEdit", "PostTag", "QuotePolicy", "ScheduledFile",
    "ScheduledPost", "TagDay", "TagFollow", "ThreadMute", "Visibility",
]  # fmt: skip
