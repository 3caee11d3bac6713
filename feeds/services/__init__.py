"""Every write of this room: lists of people, and how far somebody has read."""
