"""For editors: what readers look for, and the words that lead them there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from smartwiki.accounts.models import Grant, User
from smartwiki.accounts.policy import Person, can
from smartwiki.languages import language_codes
from smartwiki.models import ContentVersion
from smartwiki.search import asked
from smartwiki.search.backends import SearchUnavailableError
from smartwiki.search.documents import Source, by_kind, sources
from smartwiki.search.forms import ConceptForm
from smartwiki.search.models import Concept
from smartwiki.search.queries import tidy
from smartwiki.search.results import found_elsewhere

LOOKED_UP = 20  # questions that are looked up in other languages, the most wanted


def is_editor(person: Person) -> bool:
    """Say whether `person` edits in any language."""
    return isinstance(person, User) and person.has_role(Grant.Role.EDITOR)


def refuse_all_but_editors(request: HttpRequest) -> None:
    """Let editors go on; raises PermissionDenied for others."""
    if not can(request.user, "search.desk"):
        raise PermissionDenied


@require_safe
@login_required
def asked_queries(request: HttpRequest) -> HttpResponse:
    refuse_all_but_editors(request)
    context = {
        "without_result": [
            {**row, "to_translate": _to_translate(row, request.user) if n < LOOKED_UP else []}
            for n, row in enumerate(asked.without_result())
        ],
        "badly_ranked": asked.badly_ranked(),
        "days": asked.KEPT.days,
        "fewest": asked.FEWEST_SESSIONS,
        "creations": [(source.label(), url) for source, url in _creations()],
        "noindex": True,
    }
    return render(request, "search/asked.html", context)


def _to_translate(row: dict[str, Any], person: Person) -> list[tuple[str, str]]:
    """What answers a question in another language: (title, where the editor translates it)."""
    try:
        keys = found_elsewhere(tidy(row["query"]), row["language"], person)
    except SearchUnavailableError:
        return []
    return [
        each
        for kind, some in by_kind(keys).items()
        for each in sources[kind].untranslated(some, row["language"], person)
    ]


def _creations() -> list[tuple[Source, str]]:
    """The kinds of page that an editor can make, with where."""
    found = [(source, source.address_to_create()) for source in sources.values()]
    return [(source, url) for source, url in found if url]


@require_safe
@login_required
def glossary(request: HttpRequest) -> HttpResponse:
    refuse_all_but_editors(request)
    concepts = Concept.objects.prefetch_related("names").order_by("pk")
    order = language_codes()
    rows = [
        (concept, sorted(concept.names.all(), key=lambda names: order.index(names.language)))
        for concept in concepts
    ]
    rows.sort(key=lambda row: row[1][0].words.lower() if row[1] else "")
    return render(request, "search/glossary.html", {"rows": rows, "noindex": True})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit_concept(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Change an entry or make one; `?language=…&words=…` begins it with what readers typed."""
    refuse_all_but_editors(request)
    concept = Concept() if pk is None else get_object_or_404(Concept, pk=pk)
    begun = {f"words_{request.GET.get('language', '')}": request.GET.get("words", "")[:100]}
    form = ConceptForm(
        request.POST if request.method == "POST" else None,
        concept=concept,
        initial=begun if pk is None else None,
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. Searches use these words from now on."))
        return redirect("search-glossary")
    context = {"form": form, "concept": concept, "noindex": True}
    return render(request, "search/concept.html", context)


@require_POST
@login_required
def delete_concept(request: HttpRequest, pk: int) -> HttpResponse:
    refuse_all_but_editors(request)
    with transaction.atomic():
        ContentVersion.lock()
        get_object_or_404(Concept, pk=pk).delete()
        ContentVersion.bump()
    messages.success(request, _("The glossary entry is removed."))
    return redirect("search-glossary")
