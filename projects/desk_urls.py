"""The addresses of the project desk; words in them are translated, the kinds of parts too."""

from django.urls import path, register_converter
from django.utils.translation import pgettext, pgettext_lazy

from projects import desk_views, file_views


class PartConverter:
    """A kind of part of a project's page, such as `milestone`, in the words of the language."""

    regex = "[a-z-]+"

    def to_python(self, value: str) -> str:
        for kind, word in self._words().items():
            if word == value:
                return kind
        raise ValueError(value)

    def to_url(self, kind: str) -> str:
        return self._words()[kind]  # of PART_FORMS: there are no others

    def _words(self) -> dict[str, str]:
        return {
            "objective": pgettext("address", "objective"),
            "milestone": pgettext("address", "milestone"),
            "call": pgettext("address", "call"),
            "update": pgettext("address", "update"),
        }


register_converter(PartConverter, "part")

app_name = "project_desk"
urlpatterns = [
    path("", desk_views.index, name="index"),
    path("<int:pk>/", desk_views.project, name="project"),
    path(pgettext_lazy("address", "<int:pk>/texts/"), desk_views.texts, name="texts"),
    path(pgettext_lazy("address", "<int:pk>/facts/"), desk_views.facts, name="facts"),
    path(pgettext_lazy("address", "<int:pk>/files/"), file_views.files, name="files"),
    path(
        pgettext_lazy("address", "<int:pk>/files/describe/"), file_views.describe, name="describe"
    ),
    path(
        pgettext_lazy("address", "<int:pk>/new-update/"), desk_views.new_update, name="new-update"
    ),
    path(pgettext_lazy("address", "<int:pk>/confirm/"), desk_views.confirm, name="confirm"),
    path(pgettext_lazy("address", "<int:pk>/<part:kind>/add/"), desk_views.part, name="add"),
    path("<int:pk>/<part:kind>/<int:part_pk>/", desk_views.part, name="part"),
    path(
        pgettext_lazy("address", "<int:pk>/<part:kind>/<int:part_pk>/delete/"),
        desk_views.delete_part,
        name="delete",
    ),
    path(
        pgettext_lazy("address", "<int:pk>/milestone/<int:part_pk>/tick/"),
        desk_views.tick,
        name="tick",
    ),
    path(
        pgettext_lazy("address", "<int:pk>/call/<int:part_pk>/answers/"),
        desk_views.answers,
        name="answers",
    ),
    path(
        pgettext_lazy("address", "<int:pk>/call/<int:part_pk>/answers.csv"),
        desk_views.answers_csv,
        name="answers-csv",
    ),
    path(
        pgettext_lazy("address", "<int:pk>/call/<int:part_pk>/answers/<int:answer_pk>/delete/"),
        desk_views.delete_answer,
        name="delete-answer",
    ),
]
