"""Words that exist in some languages: which are shown to whom, and how they are marked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from modeltranslation.utils import build_localized_fieldname

from smartwiki.languages import best, language_codes
from smartwiki.markdown import RENDERER_VERSION, render, resolve
from smartwiki.markdown.references import Targets, references_in

T = TypeVar("T")

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
BODY_LIMIT = 50_000  # characters of one text in one language


def column(field: str, language: str) -> str:
    """Return the name of the column that holds `field` in `language`."""
    return str(build_localized_fieldname(field, language))


def by_language(obj: models.Model, field: str) -> dict[str, str]:
    """Return what `field` says in each language in which it says something."""
    texts = {code: getattr(obj, column(field, code)) for code in language_codes()}
    return {code: text for code, text in texts.items() if text}


def needed(field: str, message: str) -> dict[str, ValidationError]:
    """Return the error of a `field` that says nothing in any language, beside the reader's own."""
    name = column(field, get_language() or settings.LANGUAGE_CODE)
    return {name: ValidationError(message, code=field)}


class Words(str):
    """A short text that knows its `language` where that is not the reader's.

    In a template it is marked with its language; `text` is the words alone.
    """

    language: str

    def __new__(cls, text: str, language: str = "") -> Self:
        words = super().__new__(cls, text)
        words.language = language
        return words

    @property
    def text(self) -> str:
        return str(self)

    def __html__(self) -> SafeString:
        if self.language:
            return format_html('<span lang="{}">{}</span>', self.language, self.text)
        return format_html("{}", self.text)


@dataclass(frozen=True, slots=True)
class Prose:
    """A rendered text, and its language where that is not the reader's."""

    html: SafeString
    language: str = ""

    def __bool__(self) -> bool:
        return bool(self.html)


def words(obj: models.Model, field: str, language: str, source: str = "") -> Words:
    """Return `field` for a reader of `language`: that, the source language, or the next best."""
    found = choose(by_language(obj, field), language, source)
    if found is None:
        return Words("")
    shown, text = found
    return Words(text, "" if shown == language else shown)


def choose(texts: dict[str, T], language: str, source: str = "") -> tuple[str, T] | None:
    """Return (language, text) of the best of `texts` for a reader, or None without any."""
    if not texts:
        return None
    return best({code: (code, text) for code, text in texts.items()}, language, source or language)


class WithBody(models.Model):
    """Translated Markdown texts, rendered when they are saved."""

    rendered = models.JSONField(default=dict, editable=False)
    rendered_fields: ClassVar[tuple[str, ...]] = ("body",)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if "update_fields" not in kwargs:
            self.render_texts()
        super().save(*args, **kwargs)

    def render_texts(self) -> None:
        self.rendered = {
            field: {
                code: {"html": render(text, language=code).html, "with": RENDERER_VERSION}
                for code, text in by_language(self, field).items()
            }
            for field in self.rendered_fields
        }

    def html_for(self, field: str, language: str, source: str = "") -> tuple[str, str]:
        """Return (language, HTML with its references unresolved) for a reader, or ("", "")."""
        found = choose(self.rendered.get(field, {}), language, source)
        if found is None:
            return "", ""
        shown, kept = found
        if kept["with"] != RENDERER_VERSION:
            return shown, render(by_language(self, field)[shown], language=shown).html
        return shown, kept["html"]


def references_of(*texts: str) -> dict[str, list[int]]:
    """Return the numbers that rendered texts link to, by scheme."""
    return references_in("\n".join(texts))


def prose(html: str, shown: str, reader: str, targets: dict[str, Targets]) -> Prose:
    """Make rendered HTML in language `shown` ready for a reader."""
    return Prose(
        resolve(html, targets) if html else mark_safe(""), "" if shown == reader else shown
    )


def without_control(text: str) -> str:
    """Drop characters that no person types and that XML forbids."""
    return _CONTROL.sub("", text)
