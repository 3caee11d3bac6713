"""The numbered log of what happened, and keys that make a repeated write count once."""
