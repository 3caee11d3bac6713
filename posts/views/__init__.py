"""The edges of posts: pages and small answers. They parse, ask one service or query, and render."""
