"""The face for programs: the Mastodon client API, and endpoints of our own, on Django REST Framework."""
