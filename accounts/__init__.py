"""People: who they are, how they are tied to each other, and the door they come in by."""
