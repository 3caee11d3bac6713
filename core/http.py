"""Small things about requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from accounts.models import User


def viewer_of(request: HttpRequest) -> User | None:
    """Return who is looking; anonymous is ``None``."""
    return request.user if request.user.is_authenticated else None


def one_file(request: HttpRequest, name: str) -> UploadedFile[Any] | None:
    """Return the file that came in a field for one; ValidationError where there are more: none is dropped unsaid."""
    files = request.FILES.getlist(name)
    require_one(files)
    return files[0] if files else None


def require_one(files: Sequence[object]) -> None:
    """Raise ValidationError for more than one file."""
    if len(files) > 1:
        raise ValidationError(_("There is room for one file here. Please add them one by one."))
