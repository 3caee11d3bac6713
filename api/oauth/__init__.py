"""How apps are let in: OAuth 2 in the dialect of Mastodon's clients (docs/api.md)."""
