"""What people write: checked when it comes in, made into safe HTML once, and shortened for small places."""

from core.text.clean import clean, excerpt, plain_text, shorten, title_of
from core.text.render import Rendered, find_mentions, find_tags, render_bio, render_field, render_post
from core.text.sound import legible, normalize_text, sound_text, tag_name

__all__ = [
    "Rendered",
    "clean",
    "excerpt",
    "find_mentions",
    "find_tags",
    "legible",
    "normalize_text",
    "plain_text",
    "render_bio",
    "render_field",
    "render_post",
    "shorten",
    "sound_text",
    "tag_name",
    "title_of",
]
