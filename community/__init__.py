"""The Django project: settings, addresses and entry points. Wiring only."""
