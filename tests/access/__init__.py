"""Who may read what, for every address of the site."""
