"""What of the guides waits for people, for their digest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles import permissions
from articles.desk import freshness, mine
from articles.models import ReviewReminder, RevisionInfo, Translation
from articles.navigation import guide_url
from articles.states import OUTDATED
from smartwiki.accounts.models import User
from smartwiki.notify.digests import MOST_ENTRIES, Entry, Section

State = RevisionInfo.State


class ReviewsDue:
    """For owners: the guides to look at again, when the date of one has come."""

    def people(self, since: datetime) -> Iterable[int]:
        return _numbers(ReviewReminder.objects.filter(created_at__gt=since), "person")

    def section(self, person: User, language: str, since: datetime) -> Section | None:
        if not ReviewReminder.objects.filter(person=person, created_at__gt=since).exists():
            return None
        entries = [
            Entry(each.title, _address(each, language), _due(each), language=_other(each, language))
            for each in freshness.overdue_of(person, MOST_ENTRIES)
        ]
        return Section(_("To look at again"), entries, _my_work(person))


class SuggestionsToReview:
    """For editors: what was suggested or handed in since."""

    def people(self, since: datetime) -> Iterable[int]:
        pending = RevisionInfo.objects.pending().filter(revision__created__gt=since)
        return _numbers(User.objects.editors(), "pk") if pending.exists() else []

    def section(self, person: User, language: str, since: datetime) -> Section | None:
        entries = [
            Entry(
                each.revision.title,
                reverse("suggestions:review", args=[each.pk]),
                str(each.revision.user or ""),
            )
            for each in mine.to_review(person).filter(revision__created__gt=since)[:MOST_ENTRIES]
        ]
        return Section(_("Suggestions that wait for you"), entries, _my_work(person))


class OutdatedTranslations:
    """For editors: the translations in their languages whose source changed since."""

    def people(self, since: datetime) -> Iterable[int]:
        return _numbers(User.objects.editors(), "pk") if _changed(since).exists() else []

    def section(self, person: User, language: str, since: datetime) -> Section | None:
        outdated = (
            Translation.objects.listed_for(person)
            .filter(guide__in=_changed(since), language__in=permissions.languages_of(person))
            .with_state()
            .filter(Q(state__in=OUTDATED))
            .order_by("language", "pk")
        )
        entries = [
            Entry(
                each.title,
                reverse("translating:work", args=[each.guide_id, each.language]),
                label=f"{each.get_language_display()}, {_state(each)}",
                language=_other(each, language),
            )
            for each in outdated[:MOST_ENTRIES]
        ]
        return Section(
            _("Translations whose source has changed"), entries, reverse("desk:dashboard")
        )


class SuggestionsDecided:
    """For everybody who suggested something: what became of it."""

    def people(self, since: datetime) -> Iterable[int]:
        return _numbers(_decided(since), "revision__user")

    def section(self, person: User, language: str, since: datetime) -> Section | None:
        decided = _decided(since).by(person).select_related("revision")
        entries = [
            Entry(each.revision.title, reverse("suggestions:mine"), each.reason, _became(each))
            for each in decided.order_by("-reviewed_at")[:MOST_ENTRIES]
        ]
        return Section(_("What became of your suggestions"), entries, reverse("suggestions:mine"))


SOURCES = (SuggestionsDecided(), SuggestionsToReview(), ReviewsDue(), OutdatedTranslations())


def _decided(since: datetime) -> Any:
    decided = RevisionInfo.objects.filter(
        state__in=[State.ACCEPTED, State.REJECTED], reviewed_at__gt=since
    )
    return decided.filter(revision__user__isnull=False).exclude(reviewer=F("revision__user"))


def _changed(since: datetime) -> Any:
    """The guides whose source text was published since, with more than a typo changed."""
    sources = Translation.objects.published().filter(
        Q(article__articlerevision__info__published_at__gt=since)
        & Q(article__articlerevision__info__significance__in=["minor", "major"]),
        language=F("guide__source_language"),
    )
    return sources.values("guide")


def _became(info: RevisionInfo) -> str:
    return _("Accepted: thank you!") if info.state == State.ACCEPTED else _("Not taken over")


def _due(text: Translation) -> str:
    due = freshness.due_on(text)
    return _("due on {date}").format(date=date_format(due)) if due else ""


def _state(text: Translation) -> str:
    from articles.states import State as Standing

    return str(Standing(text.state).label)


def _my_work(person: User) -> str:
    return reverse("desk:mine") if person.is_editor else ""


def _address(text: Translation, language: str) -> str:
    return guide_url(language, text.path)


def _other(text: Translation, language: str) -> str:
    return "" if text.language == language else text.language


def _numbers(rows: Any, field: str) -> Iterable[int]:
    return set(rows.values_list(field, flat=True))
