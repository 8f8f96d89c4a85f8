"""The picture of all projects on a time line: where each bar goes, in per cent of the width.

The SVG has no `viewBox`: widths are per cent and heights are pixels, so that its words keep their
size on a small screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from projects.dates import first_day, last_day
from projects.models import Project, Status, Strategy
from projects.texts import Words

ROW = 46  # pixels
TOP = 28


@dataclass(frozen=True, slots=True)
class Bar:
    """A project's line: its known time, then (`open_*`) the time that is only expected."""

    title: str
    language: str
    status: str
    y: int
    x: str
    width: str
    open_x: str
    open_width: str
    is_dated: bool

    @property
    def bar_y(self) -> int:
        return self.y + 24


@dataclass(frozen=True, slots=True)
class Tick:
    """A year of the axis."""

    year: int
    x: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that the picture draws; measures are pixels, or per cent where they are text."""

    bars: list[Bar]
    ticks: list[Tick]
    height: int
    today: str

    @property
    def years(self) -> tuple[int, int]:
        return self.ticks[0].year, self.ticks[-1].year


def timeline(
    projects: Sequence[tuple[Project, Words]], strategy: Strategy | None, today: date
) -> Timeline | None:
    """Place `projects` (each with its title for the reader); None when no date is known at all."""
    spans = [_span(project, today) for project, _title in projects]
    days = [day for span in spans if span for day in span]
    if not days:
        return None
    years = [day.year for day in days]
    if strategy:
        years += [year for year in (strategy.first_year, strategy.last_year) if year]
    scale = _Scale(date(min(years), 1, 1), date(max(years), 12, 31))
    bars = [
        _bar(project, title, span, scale, TOP + ROW * number)
        for number, ((project, title), span) in enumerate(zip(projects, spans, strict=True))
    ]
    ticks = [
        Tick(year, scale.percent(date(year, 1, 1))) for year in range(min(years), max(years) + 1)
    ]
    is_within = scale.first <= today <= scale.last
    return Timeline(bars, ticks, TOP + ROW * len(bars), scale.percent(today) if is_within else "")


Span = tuple[date, date, date]  # first day, last day that is known, last day that is expected


def _span(project: Project, today: date) -> Span | None:
    """A project that goes on reaches at least to today; one that ended without a known date
    stops with what is known of its launch."""
    if not project.launched:
        return None
    begin, known = first_day(project.launched), last_day(project.launched)
    if project.ended:
        end = last_day(project.ended)
        return begin, end, end
    if project.state.is_final:
        return begin, known, known
    if project.state == Status.IN_PROGRESS:
        known = max(begin, today)
    expected = last_day(project.expected_end) if project.expected_end else known
    return begin, known, max(known, expected)


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    last: date

    def percent(self, day: date) -> str:
        return f"{self._share((day - self.first).days):.2f}%"

    def width(self, begin: date, end: date) -> str:
        return f"{max(self._share((end - begin + timedelta(days=1)).days), 1):.2f}%"

    def _share(self, days: int) -> float:
        return 100 * days / ((self.last - self.first).days + 1)


def _bar(project: Project, title: Words, span: Span | None, scale: _Scale, y: int) -> Bar:
    begin, known, expected = span or (scale.first, scale.first, scale.first)
    return Bar(
        title=title.text,
        language=title.language,
        status=project.status,
        y=y,
        x=scale.percent(begin),
        width=scale.width(begin, known),
        open_x=scale.percent(known),
        open_width=scale.width(known, expected) if expected > known else "",
        is_dated=span is not None,
    )
