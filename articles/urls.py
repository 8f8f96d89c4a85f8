from django.urls import path
from django.utils.translation import pgettext_lazy

from articles import editing, views

app_name = "articles"
urlpatterns = [
    path("", views.tree, name="tree"),
    path("<path:path>/", views.guide, name="guide"),
]

# Under an address of its own, since every path under guides/ may be a guide's.
writing = (
    [
        path(pgettext_lazy("address", "new/"), editing.new_guide, name="new"),
        path(
            pgettext_lazy("address", "discard-draft/"), editing.discard_draft, name="discard-draft"
        ),
        path("<int:pk>/<slug:language>/", editing.edit, name="edit"),
    ],
    "writing",
)
