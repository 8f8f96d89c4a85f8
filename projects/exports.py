"""The overview as CSV and as JSON, for everybody; every language in one file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from projects.models import Facet, Project
from projects.overview import Overview
from projects.references import project_url
from projects.texts import by_language, column
from smartwiki.addresses import full_url
from smartwiki.languages import language_codes
from smartwiki.spreadsheets import csv_response
from smartwiki.visitor_cache import for_visitors

FACTS = ("status", "progress", "launched", "expected_end", "ended", "confirmed_on")
LISTS = {
    "categories": Facet.Kind.CATEGORY,
    "axes": Facet.Kind.AXIS,
    "teams": Facet.Kind.TEAM,
    "offices": Facet.Kind.OFFICE,
}
TEXTS = ("title", "slug", "summary", "body")
SEPARATOR = " | "


@require_safe
@for_visitors
def as_csv(request: HttpRequest) -> HttpResponse:
    rows = [row(project) | _address(project) for project in _chosen(request)]
    return csv_response([*row_names(), "url"], rows, "projects.csv")


@require_safe
@for_visitors
def as_json(request: HttpRequest) -> HttpResponse:
    records = [record(project) | _address(project) for project in _chosen(request)]
    return JsonResponse({"projects": records}, json_dumps_params={"ensure_ascii": False})


def _chosen(request: HttpRequest) -> list[Project]:
    """The projects that the overview's filters in the address leave."""
    found = Overview(get_language(), request.user, request.GET).found
    return list(found.prefetch_related("facets"))


def _address(project: Project) -> dict[str, str]:
    return {"url": full_url(project_url(project, get_language()))}


def record(project: Project) -> dict[str, Any]:
    """Return a project's facts and its texts in every language, as JSON has them."""
    facets = list(project.facets.all())
    return {
        "key": project.key or "",
        "source_language": project.source_language,
        **{name: getattr(project, name) for name in FACTS},
        **{
            name: [_name(facet) for facet in facets if facet.kind == kind]
            for name, kind in LISTS.items()
        },
        **{name: by_language(project, name) for name in TEXTS},
    }


def row(project: Project) -> dict[str, Any]:
    """Return the same as `record`, one value a column."""
    values = record(project)
    texts = {
        column(name, code): values[name].get(code, "")
        for name in TEXTS
        for code in language_codes()
    }
    lists = {name: SEPARATOR.join(values[name]) for name in LISTS}
    return {name: values[name] for name in ("key", "source_language", *FACTS)} | lists | texts


def row_names() -> list[str]:
    """Return the columns of `row`, in their order."""
    texts = [column(name, code) for name in TEXTS for code in language_codes()]
    return ["key", "source_language", *FACTS, *LISTS, *texts]


def _name(facet: Facet) -> str:
    """The name by which files know a facet: that of the first language that has one."""
    return next(iter(by_language(facet, "name").values()), "")
