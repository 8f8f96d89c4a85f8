"""What there is to do: guides by languages with their states, those most read first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import permissions
from articles.models import Coverage, Guide, Reading, Translation
from articles.navigation import ByLanguage, NavLink, group_by_guide, link_to
from articles.standing import ANY, number_of, totals_of
from articles.states import OUTDATED, State
from smartwiki.accounts.models import User
from smartwiki.languages import language_choices, language_codes

if TYPE_CHECKING:
    from articles.querysets import GuideQuerySet
    from smartwiki.accounts.policy import Person

RECENT = timedelta(days=28)
FEW = 1 / 3  # of all guides: of more some are soon met by looking through all in order
TO_DO = (State.MISSING, State.DRAFT, State.BADLY_OUTDATED, State.OUTDATED)
STATES = {
    "to-do": TO_DO,
    "missing": (State.MISSING, State.DRAFT),
    "outdated": OUTDATED,
    "badly": (State.BADLY_OUTDATED,),
    "current": (State.CURRENT, State.SOURCE),
}


class FilterForm(forms.Form):
    """What to show: every field may be empty, and a wrong value counts as empty."""

    language = forms.ChoiceField(label=_("Language"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All states")),
            ("to-do", _("Something to do")),
            ("missing", _("Missing")),
            ("outdated", _("Outdated")),
            ("badly", _("Badly outdated")),
            ("current", _("Up to date")),
        ],
    )
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False)

    def __init__(
        self, query: Any, *, topics: Iterable[tuple[int, str]], owners: Iterable[tuple[int, str]]
    ) -> None:
        super().__init__(query)
        self._offer("language", language_choices(), _("All languages"))
        self._offer("topic", topics, _("All topics"))
        self._offer("owner", owners, _("All owners"))
        self.is_valid()

    def _offer(self, name: str, choices: Iterable[tuple[Any, Any]], everything: Any) -> None:
        choosable = cast(forms.ChoiceField, self.fields[name])
        choosable.choices = [("", everything), *((str(key), label) for key, label in choices)]

    def narrow(self, guides: GuideQuerySet, *, are_few: bool) -> GuideQuerySet:
        """Return the guides that were asked for (`are_few`: see `in_state`)."""
        asked = self.cleaned_data
        if topic := asked.get("topic"):
            guides = guides.filter(pk=topic) | guides.filter(topic=topic)
        if owner := asked.get("owner"):
            guides = guides.filter(owner=owner)
        if states := STATES.get(asked.get("state", "")):
            guides = guides.in_state(asked.get("language", ANY), *states, are_few=are_few)
        return guides

    def number(self, audience: int) -> int | None:
        """Return how many guides were asked for, where the counts that are kept say that."""
        asked = self.cleaned_data
        states = STATES.get(asked.get("state", ""), ())
        if asked.get("topic") or asked.get("owner"):
            return None
        return number_of(audience, asked.get("language", ANY) if states else ANY, states)

    @property
    def languages(self) -> list[str]:
        """The columns to show."""
        asked = self.cleaned_data.get("language")
        return [asked] if asked else language_codes()


@dataclass(frozen=True, slots=True)
class Cell:
    """One guide in one language."""

    language: str
    state: State
    translation: Translation | None


@dataclass(frozen=True, slots=True)
class Row:
    """One guide; `readers` counts the readings of the last four weeks in all languages."""

    guide: Guide
    link: NavLink
    cells: list[Cell]
    readers: int


@dataclass(slots=True)
class Total:
    """How many guides are in which state in a language."""

    language: str
    counts: dict[State, int] = field(default_factory=dict)

    @property
    def current(self) -> int:
        return self.counts.get(State.CURRENT, 0) + self.counts.get(State.SOURCE, 0)

    @property
    def outdated(self) -> int:
        return sum(self.counts.get(state, 0) for state in OUTDATED)

    @property
    def missing(self) -> int:
        return self.counts.get(State.MISSING, 0) + self.counts.get(State.DRAFT, 0)

    @property
    def number(self) -> int:
        """How many guides there are, in whatever state."""
        return self.current + self.outdated + self.missing

    @property
    def percent(self) -> int:
        return round(100 * self.current / (self.number or 1))


def most_read(person: Person) -> GuideQuerySet:
    """Return the guides that `person` may know of, those most read first (see `count_readers`)."""
    return (
        Guide.objects.present()
        .filter(audience__lte=permissions.audience_of(person))
        .select_related("owner")
        .order_by("-readers", "depth", "position", "pk")
    )


@transaction.atomic
def count_readers() -> None:
    """Each night: count the readings of the last four weeks for each guide that was read."""
    recent = Reading.objects.filter(day__gt=timezone.localdate() - RECENT).order_by()
    numbers = recent.values_list("translation__guide").annotate(Sum("count"))
    read = dict(numbers)
    known = dict(Guide.objects.filter(readers__gt=0).values_list("pk", "readers"))
    changed = {pk: read.get(pk, 0) for pk in read.keys() | known.keys()}
    guides = [Guide(pk=pk, readers=n) for pk, n in changed.items() if n != known.get(pk, 0)]
    Guide.objects.bulk_update(guides, ["readers"], batch_size=500)


def rows(guides: Iterable[Guide], languages: list[str], reader_language: str) -> list[Row]:
    """Return the matrix for a page of guides (one query)."""
    guides = list(guides)
    texts = Translation.objects.filter(guide__in=[guide.pk for guide in guides])
    by_guide = group_by_guide(texts.with_state().select_related("guide"))
    return [
        Row(
            guide=guide,
            link=link_to(by_guide[guide.pk], reader_language),
            cells=[_cell(by_guide[guide.pk], language) for language in languages],
            readers=guide.readers,
        )
        for guide in guides
        if guide.pk in by_guide
    ]


def _cell(texts: ByLanguage, language: str) -> Cell:
    text = texts.get(language)
    return Cell(language, State(text.state) if text else State.MISSING, text)


def totals(audience: int) -> list[Total]:
    """Return the totals of each language, of what is for `audience` at most (one query)."""
    counts: dict[str, dict[State, int]] = defaultdict(dict)
    for language, state, count in totals_of(audience):
        counts[language][state] = count
    return [Total(language, counts[language]) for language in language_codes()]


def take_down_coverage(day: date | None = None) -> None:
    """Keep today's totals of what is public, so that they can be shown over time."""
    Coverage.objects.bulk_create(
        [
            Coverage(
                day=day or timezone.localdate(),
                language=total.language,
                current=total.current,
                outdated=total.outdated,
                missing=total.missing,
            )
            for total in totals(audience=0)
        ],
        update_conflicts=True,
        unique_fields=["day", "language"],
        update_fields=["current", "outdated", "missing"],
    )


def owners() -> list[tuple[int, str]]:
    """Return who owns a guide (one query)."""
    owned = Guide.objects.filter(deleted_at=None, owner__isnull=False)
    found = User.objects.filter(pk__in=owned.order_by().values("owner").distinct())
    return list(found.order_by("name").values_list("pk", "name"))
