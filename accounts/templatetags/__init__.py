"""Template tags of the pages around people."""
