"""Every write of this room: reports, decisions, and who moderates."""
