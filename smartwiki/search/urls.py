from django.urls import path
from django.utils.translation import pgettext_lazy

from smartwiki.search import desk, views

urlpatterns = [
    path("", views.search, name="search"),
    path(pgettext_lazy("address", "complete/"), views.complete, name="search-complete"),
    path(pgettext_lazy("address", "seen/"), views.seen, name="search-seen"),
    path(pgettext_lazy("address", "missing/"), views.missing, name="search-missing"),
    path(pgettext_lazy("address", "asked/"), desk.asked_queries, name="search-asked"),
    path(pgettext_lazy("address", "glossary/"), desk.glossary, name="search-glossary"),
    path(pgettext_lazy("address", "glossary/new/"), desk.edit_concept, name="search-concept-new"),
    path(pgettext_lazy("address", "glossary/<int:pk>/"), desk.edit_concept, name="search-concept"),
    path(
        pgettext_lazy("address", "glossary/<int:pk>/delete/"),
        desk.delete_concept,
        name="search-concept-delete",
    ),
]
