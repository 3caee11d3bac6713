"""Addresses of this room."""

from django.urls import path

import accounts.converters  # noqa: F401  (registers <name:…>)
from feeds.views import lists, people, podcasts, search, tags, timelines, webfeeds

app_name = "feeds"
urlpatterns = [
    path("", timelines.home, name="home"),
    path("local", timelines.local, name="local"),
    path("bookmarks", timelines.bookmarks, name="bookmarks"),
    path("explore", timelines.explore, name="explore"),
    path("search", search.search, name="search"),
    path("people", timelines.people, name="people"),
    path("tags", tags.followed, name="followed_tags"),
    path("tags/<str:name>", timelines.tag, name="tag"),
    path("tags/<str:name>/follow", tags.follow, name="tag_follow"),
    path("tags/<str:name>/feature", tags.feature, name="tag_feature"),
    path("lists", lists.lists, name="lists"),
    path("lists/<id:pk>", lists.timeline, name="list"),
    path("lists/<id:pk>/edit", lists.edit, name="list_edit"),
    path("lists/<id:pk>/delete", lists.delete, name="list_delete"),
    path("tags/<str:name>/feed.<str:form>", webfeeds.tag, name="tag_feed"),
    path("@<name:username>", people.profile, name="profile"),
    path("@<name:username>/comments", people.profile, {"tab": "comments"}, name="profile_comments"),
    path("@<name:username>/media", people.profile, {"tab": "media"}, name="profile_media"),
    path("@<name:username>/lists", lists.of_person, name="person_lists"),
    path("@<name:username>/followers", people.followers, name="followers"),
    path("@<name:username>/following", people.following, name="following"),
    path("@<name:username>/feed.<str:form>", webfeeds.person, name="person_feed"),
    path("settings/podcast", podcasts.edit, name="podcast_edit"),
    path("@<name:username>/podcast.rss", podcasts.podcast, name="podcast"),
    path("@<name:username>/podcast.jpg", podcasts.cover, name="podcast_cover"),
    path("@<name:username>/podcast/<id:pk>.<str:ending>", podcasts.episode, name="podcast_episode"),
]
