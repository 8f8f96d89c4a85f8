"""Where `project:7` and `attachment:7` in a text lead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language

from projects.models import Attachment, Project
from projects.texts import words
from smartwiki.files import keeping
from smartwiki.markdown import Target

if TYPE_CHECKING:
    from smartwiki.accounts.models import User
    from smartwiki.accounts.policy import Person


def project_url(project: Project, language: str, page: str = "project") -> str:
    """Return the path of one of a project's pages for a reader of `language`."""
    with translation.override(language):
        return reverse(f"projects:{page}", args=[project.slug_for(language)])


def project_targets(numbers: Iterable[int], language: str, person: Person) -> dict[int, Target]:
    """Return the projects that `person` may see."""
    found = Project.objects.readable_by(person).filter(pk__in=list(numbers))
    return {project.pk: _target(project, language) for project in found}


def led_by(person: User) -> list[tuple[str, str]]:
    """Return title and path of the projects that a person leads, for whoever manages roles."""
    language = get_language() or settings.LANGUAGE_CODE
    return [
        (words(each, "title", language, each.source_language).text, project_url(each, language))
        for each in Project.objects.filter(leads=person).order_by("pk")
    ]


def _target(project: Project, language: str) -> Target:
    title = words(project, "title", language, project.source_language)
    return Target(project_url(project, language), title.text, title.language)


def attachment_targets(numbers: Iterable[int], language: str, person: Person) -> dict[int, Target]:
    """Return the files that `person` may see, described in `language`."""
    readable = Attachment.objects.readable_by(person).select_related("project")
    return {
        file.pk: keeping.target_of(
            file, keeping.alt_in(file, language, file.project.source_language)
        )
        for file in readable.filter(pk__in=list(numbers))
    }
