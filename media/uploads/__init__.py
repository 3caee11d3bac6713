"""Files that come in parts (tus 1.0), and how much a person and the site may keep."""
