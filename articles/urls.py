from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import pgettext_lazy

from articles import editing, history, places, views

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
