"""The overview of all projects: counts, filters, the list and what the time line shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from projects.dates import in_words
from projects.models import Call, Facet, Project, Status, Strategy
from projects.references import project_url
from projects.texts import Prose, Words, prose, words
from projects.timeline import Timeline, timeline
from projects.times import next_midnight
from smartwiki.heard import voices_heard

if TYPE_CHECKING:
    from projects.querysets import CallQuerySet, ProjectQuerySet
    from smartwiki.accounts.policy import Person

PER_PAGE = 24
OPEN_CALL = "call"


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a filter, and how many projects it would leave among all."""

    value: str
    label: str | Promise
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """One question to filter by; without `choices` worth choosing it is not shown."""

    name: str
    label: str
    choices: list[Choice]

    @property
    def is_useful(self) -> bool:
        return any(choice.count for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Card:
    """A project in the list and in the table."""

    project: Project
    title: Words
    summary: Words
    url: str
    categories: list[Words]
    has_open_call: bool
    is_silent: bool

    @property
    def status(self) -> Status:
        return self.project.state

    @property
    def launched(self) -> str:
        return in_words(self.project.launched)

    @property
    def end(self) -> str:
        return in_words(self.project.ended or self.project.expected_end)

    @property
    def end_is_expected(self) -> bool:
        return not self.project.ended and bool(self.project.expected_end)


class Overview:
    """All that the overview shows to one reader, in at most nine queries.

    `query`: the filters as the address has them; unknown names and values filter nothing.
    """

    def __init__(self, language: str, person: Person, query: QueryDict) -> None:
        self.language = language
        self.query = query
        self.now = timezone.now()
        self.calls: CallQuerySet = Call.objects.of_published_projects().closing_after(self.now)
        self.has_open_call = Exists(self.calls.begun(self.now).filter(project=OuterRef("pk")))
        self.facets = {str(facet.pk): facet for facet in Facet.objects.all()}

    @cached_property
    def strategy(self) -> Strategy | None:
        return Strategy.objects.first()

    @property
    def strategy_title(self) -> Words:
        return words(self.strategy, "title", self.language) if self.strategy else Words("")

    @property
    def strategy_text(self) -> Prose:
        shown, html = self.strategy.html_for("body", self.language) if self.strategy else ("", "")
        return prose(html, shown, self.language, {})

    @cached_property
    def heard(self) -> int:
        """Of how many comments and answers something came."""
        return voices_heard(self.language)

    @property
    def until(self) -> datetime:
        """When the page changes although nobody changes a project."""
        return min(filter(None, [next_midnight(self.now), self.calls.next_change(self.now)]))

    @cached_property
    def chosen(self) -> dict[str, str]:
        """The filters that are set, each to a value that exists."""
        chosen = {}
        for kind in Facet.Kind.values:
            facet = self.facets.get(self.query.get(kind, ""))
            if facet and facet.kind == kind:
                chosen[kind] = str(facet.pk)
        status = self.query.get("status")
        if status in Status.values:
            chosen["status"] = status
        if self.query.get(OPEN_CALL) == "open":
            chosen[OPEN_CALL] = "open"
        return chosen

    @cached_property
    def found(self) -> ProjectQuerySet:
        """The projects that fit all filters."""
        found: ProjectQuerySet = Project.objects.published().latest_news_first()
        for name, value in self.chosen.items():
            if name == "status":
                found = found.filter(status=value)
            elif name == OPEN_CALL:
                found = found.filter(self.has_open_call)
            else:
                found = found.filter(facets=int(value))
        return found

    @cached_property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many of all projects each filter's values leave (two queries)."""
        published = Project.objects.published().order_by()
        by_status = published.values_list("status").annotate(
            number=Count("pk"), open_calls=Count("pk", filter=self.has_open_call)
        )
        by_facet = published.exclude(facets=None).values_list("facets").annotate(Count("pk"))
        number = {str(pk): count for pk, count in by_facet}
        facets = dict.fromkeys(Facet.Kind.values, number)
        return {
            "status": {status: number for status, number, _open_calls in by_status},
            OPEN_CALL: {"open": sum(open_calls for *_others, open_calls in by_status)},
            **facets,
        }

    @property
    def total(self) -> int:
        """The number of all projects."""
        return sum(self.counts["status"].values())

    @cached_property
    def statuses(self) -> list[Choice]:
        """Each status with the number of projects that have it."""
        return self._choices("status", [(each.value, each.label) for each in Status])

    @property
    def filters(self) -> list[Filter]:
        labels = {
            Facet.Kind.CATEGORY: _("Category"),
            Facet.Kind.AXIS: _("Axis of the strategy"),
            Facet.Kind.TEAM: _("Team"),
            Facet.Kind.OFFICE: _("Office"),
        }
        filters = [
            Filter("status", _("Status"), self.statuses),
            *(Filter(kind, label, self._facets(kind)) for kind, label in labels.items()),
            Filter(
                OPEN_CALL, _("Call"), self._choices(OPEN_CALL, [("open", _("With an open call"))])
            ),
        ]
        return [each for each in filters if each.is_useful]

    def _facets(self, kind: str) -> list[Choice]:
        options = [
            (pk, words(facet, "name", self.language).text)
            for pk, facet in self.facets.items()
            if facet.kind == kind
        ]
        return self._choices(kind, options)

    def _choices(self, name: str, options: Sequence[tuple[str, str | Promise]]) -> list[Choice]:
        counts, chosen = self.counts[name], self.chosen.get(name)
        return [
            Choice(value, label, counts.get(value, 0), value == chosen) for value, label in options
        ]

    @cached_property
    def page(self) -> Page[Any]:
        """The projects of this page, each with whether it `has_open_call`."""
        shown = self.found.without_texts().prefetch_related("facets")
        shown = shown.annotate(has_open_call=self.has_open_call)
        return Paginator(shown, PER_PAGE).get_page(self.query.get("page"))

    @cached_property
    def cards(self) -> list[Card]:
        return [self._card(project, project.has_open_call) for project in self.page.object_list]

    def _card(self, project: Project, has_open_call: bool) -> Card:
        source = project.source_language
        return Card(
            project=project,
            title=words(project, "title", self.language, source),
            summary=words(project, "summary", self.language, source),
            url=project_url(project, self.language),
            categories=[
                words(facet, "name", self.language)
                for facet in project.facets.all()
                if facet.kind == Facet.Kind.CATEGORY
            ],
            has_open_call=has_open_call,
            is_silent=project.is_silent(timezone.localdate(self.now)),
        )

    @property
    def timeline(self) -> Timeline | None:
        rows = [(card.project, card.title) for card in self.cards]
        return timeline(rows, self.strategy, timezone.localdate(self.now))

    @property
    def filter_query(self) -> str:
        """The filters that are set, for links to other pages of the same list."""
        query = QueryDict(mutable=True)
        query.update(self.chosen)
        return query.urlencode()
