"""Dates of which only the year, or only the month, may be known.

They are kept as ISO 8601 has them with reduced precision: "2021", "2021-06" or "2021-06-15". So
nobody has to invent a day, and text order is time order.
"""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

_ISO = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?", re.ASCII)
_AS_WRITTEN_HERE = re.compile(
    r"(?:(?:(?P<day>\d{1,2})\s*[./-]\s*)?(?P<month>\d{1,2})\s*[./-]\s*)?(?P<year>\d{4})",
    re.ASCII,
)
EARLIEST, LATEST = 1900, 2199
_MALFORMED = _("Give a year, a month or a day, such as 2021, 06/2021 or 15/06/2021.")


def parse(text: str) -> str:
    """Return what a person wrote, such as "15/06/2021", as "2021-06-15".

    Raises ValidationError for what is no date.
    """
    match = _ISO.fullmatch(text.strip()) or _AS_WRITTEN_HERE.fullmatch(text.strip())
    if match is None:
        raise ValidationError(_MALFORMED, code="invalid")
    year, month, day = (int(match[name] or 0) for name in ("year", "month", "day"))
    try:
        date(year, month or 1, day or 1)
    except ValueError as error:
        raise ValidationError(_("There is no such day."), code="invalid") from error
    if not EARLIEST <= year <= LATEST:
        raise ValidationError(_MALFORMED, code="invalid")
    return f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")


def validate_partial_date(text: str) -> None:
    """Refuse what `parse` would not leave as it is."""
    if parse(text) != text:
        raise ValidationError(_MALFORMED, code="invalid")


def first_day(text: str) -> date:
    """Return the first day that a partial date may mean."""
    year, month, day = _numbers(text)
    return date(year, month or 1, day or 1)


def last_day(text: str) -> date:
    """Return the last day that a partial date may mean."""
    year, month, day = _numbers(text)
    month = month or 12
    return date(year, month, day or calendar.monthrange(year, month)[1])


def in_words(text: str) -> str:
    """Write a partial date in the active language, as exactly as it is known."""
    if not text:
        return ""
    form = ("Y", "F Y", "DATE_FORMAT")[text.count("-")]
    return date_format(first_day(text), form)


def _numbers(text: str) -> tuple[int, int, int]:
    year, month, day = (*map(int, text.split("-")), 0, 0)[:3]
    return year, month, day


class PartialDateFormField(forms.CharField):
    """Takes "2021", "06/2021" or "15/06/2021"."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return parse(text) if text else ""

    def prepare_value(self, value: Any) -> Any:
        """Show a kept date as it is written here, and what somebody typed as they typed it."""
        if isinstance(value, str) and _ISO.fullmatch(value):
            return "/".join(reversed(value.split("-")))
        return value


class PartialDateField(models.CharField[str, str]):
    """A column for a partial date; empty when nothing is known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"max_length": 10, "blank": True}
        kwargs.setdefault("validators", [validate_partial_date])
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "blank", "validators"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.setdefault("form_class", PartialDateFormField)
        kwargs.setdefault("help_text", _("A year, a month or a day: 2021, 06/2021 or 15/06/2021."))
        return super().formfield(**kwargs)
