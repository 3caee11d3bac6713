"""The address of files."""

from django.urls import path, re_path

from media import views
from media.uploads import views as uploads
from media.video.views import edit_captions

app_name = "media"
urlpatterns = [
    path("uploads/check", uploads.check_file, name="check_file"),
    path("uploads/tus", uploads.uploads, name="uploads"),
    path("uploads/tus/<slug:key>", uploads.upload, name="upload"),
    re_path(r"^media/(?P<key>[0-9a-f]{32})/captions\Z", edit_captions, name="edit_captions"),
    re_path(
        r"^media/(?P<key>[0-9a-f]{32})/(?P<variant>[a-z0-9]{1,20})(?:\.(?P<suffix>[a-z0-9]{2,4}))?\Z",
        views.file,
        name="file",
    ),
    re_path(
        r"^media/(?P<key>[0-9a-f]{32})/captions/(?P<language>[A-Za-z0-9-]{2,12})\.vtt\Z",
        views.captions,
        name="captions",
    ),
]
