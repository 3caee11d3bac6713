"""What the room for programs keeps."""

from api.oauth.models import AccessToken, Application, Grant, NoOtherToken, NoRefreshToken

__all__ = ["AccessToken", "Application", "Grant", "NoOtherToken", "NoRefreshToken"]
