"""Addresses of the bell."""

from django.urls import path

from notifications.views import bell, requests, settings

app_name = "notifications"

urlpatterns = [
    path("notifications", bell.show, name="list"),
    path("notifications/seen", bell.seen, name="seen"),
    path("notifications/dismiss", bell.dismiss, name="dismiss"),
    path("notifications/clear", bell.clear, name="clear"),
    path("notifications/requests", requests.show, name="requests"),
    path("notifications/requests/dismiss", requests.answer_all, name="dismiss_requests"),
    path("notifications/requests/<id:pk>", requests.answer, name="answer_request"),
    path("notifications/accepted/<id:pk>/forget", requests.forget, name="forget_sender"),
    path("settings/notifications", settings.show, name="settings"),
    path("settings/notifications/device", settings.device, name="device"),
    path("sw.js", settings.worker, name="worker"),
    path("offline", settings.offline, name="offline"),
]
