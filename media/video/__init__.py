"""Films as readers get them: their qualities, the work on them, their captions."""
