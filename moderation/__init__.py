"""Reports, decisions with their reasons, and the admin that moderators work in."""
