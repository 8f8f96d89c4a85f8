"""Projects as search sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from projects.models import Project
from projects.references import project_url
from projects.texts import by_language, column
from smartwiki.languages import language_codes
from smartwiki.markdown import DASH, plain_text
from smartwiki.search.documents import Card, Document, key_of, language_of, number_of
from smartwiki.search.outbox import changed

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person

KIND = "project"
AUDIENCE = "projecteverybody"  # only published projects are found, and everybody reads them


def note_change(*projects: int) -> None:
    """Tell search that the projects of these numbers changed; needs a transaction."""
    changed(key_of(KIND, number, code) for number in projects for code in language_codes())


class ProjectSource:
    """See `smartwiki.search.documents.Source`: a project in each language that has a title."""

    kind = KIND

    def label(self) -> str:
        return _("Projects")

    def audiences(self, person: Person) -> frozenset[str]:
        return frozenset([AUDIENCE])

    def every_key(self) -> Iterator[str]:
        for project in Project.objects.published().without_texts().order_by("pk").iterator():
            for language in project.titles():
                yield key_of(KIND, project.pk, language)

    def documents(self, keys: Iterable[str]) -> list[Document]:
        keys = list(keys)
        projects = _among(keys, with_addresses=True)
        return [
            _document(key, projects[number_of(key)]) for key in keys if _is_there(key, projects)
        ]

    def cards(
        self, keys: Iterable[str], language: str, person: Person, *, with_text: bool = True
    ) -> Mapping[str, Card]:
        keys = list(keys)
        projects = _among(keys)
        return {
            key: _card(key, projects[number_of(key)]) for key in keys if _is_there(key, projects)
        }

    def topics(self, language: str, person: Person) -> list[tuple[str, str]]:
        return []

    def address_to_create(self) -> str:
        return ""  # a project begins in the cooperative, not with a search

    def untranslated(
        self, keys: Iterable[str], language: str, person: Person
    ) -> list[tuple[str, str]]:
        return []  # its leads see what is missing where they keep it


def _among(keys: Iterable[str], *, with_addresses: bool = False) -> dict[int, Project]:
    found = Project.objects.published().filter(pk__in={number_of(key) for key in keys})
    if with_addresses:
        found = found.prefetch_related("addresses", "updates")
    return {project.pk: project for project in found}


def _is_there(key: str, projects: Mapping[int, Project]) -> bool:
    project = projects.get(number_of(key))
    return project is not None and language_of(key) in project.titles()


def _document(key: str, project: Project) -> Document:
    language = language_of(key)
    news = (by_language(update, "title").get(language, "") for update in project.updates.all())
    return Document(
        key=key,
        audience=AUDIENCE,
        title=getattr(project, column("title", language)),
        summary=getattr(project, column("summary", language)) or "",
        text=" ".join([_text(project, language), *news]),
        addresses=tuple(address.slug for address in project.addresses.all()),
    )


def _card(key: str, project: Project) -> Card:
    language = language_of(key)
    return Card(
        title=getattr(project, column("title", language)),
        url=project_url(project, language),
        summary=getattr(project, column("summary", language)) or "",
        text=_text(project, language, between=DASH),
    )


def _text(project: Project, language: str, between: str = " ") -> str:
    shown, html = project.html_for("body", language)
    return plain_text(html, between) if shown == language else ""
