from django.urls import URLPattern, path
from django.utils.translation import pgettext_lazy

from projects import answer_views, calendars, exports, feeds, file_views, pictures, views

app_name = "projects"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("feed.atom", feeds.all_projects, name="feed-of-all"),
    path("calendar.ics", calendars.all_projects, name="calendar-of-all"),
    path("projects.csv", exports.as_csv, name="csv"),
    path("projects.json", exports.as_json, name="json"),
    path("<slug:slug>/", views.project, name="project"),
    path("<slug:slug>/feed.atom", feeds.one_project, name="feed"),
    path("<slug:slug>/calendar.ics", calendars.one_project, name="calendar"),
    path("<slug:slug>/picture.png", pictures.picture, name="picture"),
    path(pgettext_lazy("address", "<slug:slug>/call/<int:pk>/"), answer_views.call, name="call"),
    path(
        pgettext_lazy("address", "<slug:slug>/call/<int:pk>/thanks/"),
        answer_views.thanks,
        name="thanks",
    ),
]

# Without a language: one upload serves all of them.
files: tuple[list[URLPattern], str] = (
    [
        path("<int:pk>/<int:width>/<str:name>", file_views.picture, name="picture"),
        path("<int:pk>/<str:name>", file_views.document, name="document"),
    ],
    "project_files",
)
