"""A small lively community to look at: its texts (``*.toml``), its files, and how they come in."""
