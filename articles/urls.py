from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import pgettext_lazy

from articles import editing, files, helping, history, places, views

app_name = "articles"
urlpatterns = [
    path("", views.tree, name="tree"),
    path("<path:path>/", views.guide, name="guide"),
]

# Under an address of its own, since every path under guides/ may be a guide's.
writing: tuple[list[URLPattern | URLResolver], str] = (
    [
        path(pgettext_lazy("address", "new/"), editing.new_guide, name="new"),
        path(
            pgettext_lazy("address", "discard-draft/"), editing.discard_draft, name="discard-draft"
        ),
        path(pgettext_lazy("address", "deleted/"), places.deleted, name="deleted"),
        path(pgettext_lazy("address", "<int:pk>/place/"), places.place, name="place"),
        path(pgettext_lazy("address", "<int:pk>/delete/"), places.delete, name="delete"),
        path(pgettext_lazy("address", "<int:pk>/restore/"), places.restore, name="restore"),
        path(pgettext_lazy("address", "keep/"), helping.keep_draft, name="keep"),
        path(pgettext_lazy("address", "preview/"), helping.show_preview, name="preview"),
        path(pgettext_lazy("address", "find-guide/"), helping.find_guides, name="find-guides"),
        path(pgettext_lazy("address", "check-address/"), helping.check_slug, name="check-slug"),
        path(pgettext_lazy("address", "upload/"), files.upload, name="upload"),
        path(pgettext_lazy("address", "<int:pk>/files/"), files.files, name="files"),
        path("<int:pk>/<slug:language>/", editing.edit, name="edit"),
        path(
            "<int:pk>/<slug:language>/",
            include(
                [
                    path(pgettext_lazy("address", "history/"), history.history, name="history"),
                    path(
                        pgettext_lazy("address", "revision/<int:number>/"),
                        history.revision,
                        name="revision",
                    ),
                    path(pgettext_lazy("address", "compare/"), history.compare, name="compare"),
                    path(pgettext_lazy("address", "revert/"), history.revert, name="revert"),
                ]
            ),
        ),
    ],
    "writing",
)

# Without a language: one upload serves all of them.
media: tuple[list[URLPattern | URLResolver], str] = (
    [
        path("<int:pk>/<int:width>/<str:name>", files.picture, name="picture"),
        path("<int:pk>/<str:name>", files.document, name="document"),
    ],
    "files",
)
