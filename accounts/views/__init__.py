"""The pages around people: the door, settings, ties, and the site's own words."""
