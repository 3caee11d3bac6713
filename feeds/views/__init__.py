"""The edges of this room: pages and web feeds."""
