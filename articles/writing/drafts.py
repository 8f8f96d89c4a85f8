"""Unsaved text is kept: on the server, for its author only, until it is saved or thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from articles.models import Draft, Guide, RevisionInfo, Writing
from smartwiki.accounts.models import User

KEPT = ("title", "slug", "summary", "text")
LONGEST = {"title": 200, "slug": 100, "summary": 300, "text": 2_000_000}  # characters


def find(person: User, guide: Guide | None, language: str) -> Draft | None:
    """Return what `person` has not saved yet of this text (of a new guide: in any language)."""
    drafts = Draft.objects.filter(author=person, guide=guide)
    return (drafts.filter(language=language) if guide else drafts).first()


def keep(
    person: User,
    guide: Guide | None,
    language: str,
    fields: Mapping[str, Any],
    base: RevisionInfo | None = None,
) -> Draft:
    """Keep what was typed, whatever it is: nothing is refused here, only cut at a great length."""
    kept = {name: str(fields.get(name) or "").replace("\0", "")[: LONGEST[name]] for name in KEPT}
    at: dict[str, Any] = {"author": person, "guide": guide} | (
        {"language": language} if guide else {}
    )
    draft, _created = Draft.objects.update_or_create(
        **at, defaults=kept | {"base": base, "language": language}
    )
    return draft


def base_in(request: HttpRequest) -> RevisionInfo | None:
    """Return the revision that the editor's form says it began with."""
    number = request.POST.get("base", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    return RevisionInfo.objects.not_suggested().filter(pk=int(number)).first()


def waiting(draft: Draft | None, shown: Mapping[str, Any]) -> Draft | None:
    """Return `draft` unless all that it holds is `shown` in the form already."""
    names = ("title", "summary", "text")
    if draft and all(getattr(draft, name) == shown[name] for name in names):
        return None
    return draft


def discard(person: User, guide: Guide | None, language: str) -> None:
    """Forget the draft, since it was saved or thrown away."""
    drafts = Draft.objects.filter(author=person, guide=guide)
    (drafts.filter(language=language) if guide else drafts).delete()


def note_presence(person: User, guide: Guide, language: str) -> None:
    """Note that `person` has the editor of this text open now."""
    Writing.objects.update_or_create(
        person=person, guide=guide, language=language, defaults={"seen_at": timezone.now()}
    )


def note_leaving(person: User, guide: Guide, language: str) -> None:
    """Note that `person` has stopped writing this text."""
    Writing.objects.filter(person=person, guide=guide, language=language).delete()
