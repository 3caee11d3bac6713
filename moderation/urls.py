"""Addresses of this room."""

from django.urls import path

from moderation import views

app_name = "moderation"
urlpatterns = [
    path("posts/<id:pk>/report", views.report_post, name="report_post"),
    path("announcements", views.announcements, name="announcements"),
    path("announcements/<id:pk>/dismiss", views.dismiss_announcement, name="dismiss_announcement"),
    path("@<name:username>/report", views.report_person, name="report_person"),
]
