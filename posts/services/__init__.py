"""Every write about posts that has a consequence."""
