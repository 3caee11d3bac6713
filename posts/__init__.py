"""Posts, comments, shares; likes, bookmarks, tags, mentions."""
