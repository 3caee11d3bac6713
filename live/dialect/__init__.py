"""The same log in the words of the Mastodon streaming API: for apps, over sockets and over server-sent events."""
