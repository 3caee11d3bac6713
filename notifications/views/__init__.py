"""The bell's page, requests, settings, and the service worker."""
