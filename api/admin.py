"""The owner's view. The toolkit registers what it knows, in our classes (api/oauth/admin.py)."""

from django.contrib import admin

from api.oauth.models import NoOtherToken, NoRefreshToken

for unused in (NoRefreshToken, NoOtherToken):
    admin.site.unregister(unused)
