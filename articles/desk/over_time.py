"""How translations and readings went on, week by week."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Sum
from django.utils import timezone

from articles.models import Coverage, Reading, ReadingSum
from smartwiki.languages import language_codes

WEEKS = 26


@dataclass(frozen=True, slots=True)
class Bar:
    """A week's number; `x`, `y` and `height` place it in a drawing 100 high, 10 a week."""

    week: date
    value: int
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Series:
    """One language, week by week."""

    language: str
    bars: list[Bar]

    @property
    def latest(self) -> Bar | None:
        return self.bars[-1] if self.bars else None


def coverage_over_time() -> list[Series]:
    """Return the share of guides, in percent, that were up to date at each week's end."""
    shares: dict[str, dict[date, int]] = defaultdict(dict)
    for day in Coverage.objects.filter(day__gte=_since()).order_by("day"):
        number = day.current + day.outdated + day.missing
        shares[day.language][_monday(day.day)] = round(100 * day.current / (number or 1))
    return [_series(code, shares[code], top=100) for code in language_codes()]


def readings_over_time() -> list[Series]:
    """Return how often guides were read in each week, until last night (one query)."""
    numbers: dict[str, dict[date, int]] = defaultdict(dict)
    for day in ReadingSum.objects.filter(day__gte=_since()).order_by("day"):
        weeks, week = numbers[day.language], _monday(day.day)
        weeks[week] = weeks.get(week, 0) + day.count
    top = max((count for weeks in numbers.values() for count in weeks.values()), default=1)
    return [_series(code, numbers[code], top=top) for code in language_codes()]


def count_readings() -> None:
    """Each night: add up the readings of each day that may have got some since the last count."""
    latest = ReadingSum.objects.aggregate(latest=Max("day"))["latest"]
    since = latest - timedelta(days=1) if latest else _since()
    sums = Reading.objects.filter(day__gte=since).order_by()
    ReadingSum.objects.bulk_create(
        [
            ReadingSum(language=language, day=day, count=count)
            for language, day, count in sums.values_list("translation__language", "day").annotate(
                Sum("count")
            )
        ],
        update_conflicts=True,
        unique_fields=["day", "language"],
        update_fields=["count"],
    )


def _series(language: str, weeks: dict[date, int], top: int) -> Series:
    since, bars = _since(), []
    for week, value in sorted(weeks.items()):
        height = max(round(100 * value / top), 1)
        bars.append(Bar(week, value, (week - since).days // 7 * 10, 100 - height, height))
    return Series(language, bars)


def _since() -> date:
    return _monday(timezone.localdate()) - timedelta(weeks=WEEKS - 1)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
