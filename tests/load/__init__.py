"""Figures: how quick the site is, measured on a made-up community of 10,000 people. Run by bin/bench."""
