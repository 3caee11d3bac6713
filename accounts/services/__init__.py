"""Every write about people that has a consequence."""
