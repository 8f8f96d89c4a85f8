"""The forms of a project lead's desk; every text in every language, by its own column."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.boundfield import BoundField
from django.utils.text import slugify
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from projects.models import Call, Facet, Milestone, Objective, Project, Update
from projects.texts import BODY_LIMIT, column, without_control, words
from smartwiki.accounts.models import User
from smartwiki.accounts.policy import Person
from smartwiki.heard import Result, VoicesField, as_typed, name_voices, voices_of
from smartwiki.languages import language_codes, own_name
from smartwiki.markdown import Targets, number_at, render, targets_of, unknown_in

LONG = 300  # characters; what may be longer gets a field of several lines


def columns(*fields: str) -> list[str]:
    """Return the columns of `fields` in every language."""
    return [column(field, code) for field in fields for code in language_codes()]


@dataclass(frozen=True, slots=True)
class LanguageColumn:
    """The fields of a form in one language."""

    code: str
    name: str
    fields: list[BoundField]
    is_missing: bool
    has_errors: bool


class TranslatedForm(forms.ModelForm[Any]):
    """A form whose `translated` fields stand side by side, one column for each language."""

    translated: ClassVar[tuple[str, ...]] = ()
    title_field: ClassVar[str] = "title"
    first: ClassVar[tuple[str, ...]] = ()  # the fields that come before the texts
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.present = self._fingerprint()
        self.initial["seen"] = self.present
        for name in self.translated:
            label = self._meta.model._meta.get_field(name).verbose_name
            for code in language_codes():
                self.fields[column(name, code)].label = str(label).capitalize()
                self.fields[column(name, code)].widget.attrs["lang"] = code
        for name in columns(*self.translated):
            field = self.fields[name]
            if isinstance(field, forms.CharField) and (field.max_length or BODY_LIMIT) >= LONG:
                rows = 8 if isinstance(field.widget, forms.Textarea) else 3
                field.widget = forms.Textarea({**field.widget.attrs, "rows": rows})
            field.widget.attrs.pop("maxlength", None)  # say so, do not cut silently

    def columns(self) -> list[LanguageColumn]:
        """The languages, the reader's first."""
        codes = sorted(language_codes(), key=lambda code: code != get_language())
        return [self._column(code) for code in codes]

    def _column(self, code: str) -> LanguageColumn:
        fields = [self[column(name, code)] for name in self.translated]
        title = self[column(self.title_field, code)].value()
        return LanguageColumn(
            code, own_name(code), fields, not title, any(field.errors for field in fields)
        )

    def first_fields(self) -> list[BoundField]:
        """The fields that the texts are about, the same in every language."""
        return [self[name] for name in self.first if name in self.fields]

    def other_fields(self) -> list[BoundField]:
        """The other fields that are the same in every language."""
        elsewhere = {*columns(*self.translated), *self.first}
        return [field for field in self.visible_fields() if field.name not in elsewhere]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        long_texts = {
            field.name
            for field in self._meta.model._meta.get_fields()
            if isinstance(field, models.TextField)
        }
        for name, value in cleaned.items():
            if isinstance(value, str):
                cleaned[name] = without_control(value)
                if name not in long_texts:  # a line stays one line
                    cleaned[name] = " ".join(cleaned[name].split())
        self._refuse_unknown_links(cleaned)
        self._refuse_if_stale()
        return cleaned

    @property
    def rendered_columns(self) -> list[str]:
        """The texts that may hold links and pictures by number."""
        return columns(*getattr(self._meta.model, "rendered_fields", ()))

    def _refuse_unknown_links(self, cleaned: dict[str, Any]) -> None:
        """Say beside a new text which of its links by number lead nowhere."""
        for name in self.rendered_columns:
            if name in self.changed_data and (text := cleaned.get(name)):
                language = name.rpartition("_")[2]
                references = render(text, language=language).references
                if unknown := unknown_in(references, language, self.person):
                    message = gettext("These links lead to no page or file: {links}.")
                    message = message.format(links=", ".join(unknown))
                    self.add_error(name, ValidationError(message, code="unknown_reference"))

    def _fingerprint(self) -> str:
        """Say in short what was saved last, to notice when somebody else saves meanwhile."""
        fields = [str(getattr(self.instance, name)) for name in self._meta.fields or ()]
        return hashlib.sha256("\0".join(fields).encode()).hexdigest()[:16]

    def _refuse_if_stale(self) -> None:
        """Somebody else saved first: say so once, with nothing lost; saving again is a choice."""
        seen = self.cleaned_data.get("seen")
        if self.instance.pk and seen and seen != self.present:
            self.data = dict(self.data.items()) | {self.add_prefix("seen"): self.present}
            message = gettext(
                "Somebody else saved this while you were writing. Your words are still here: "
                "compare them with the page, then save again."
            )
            self.add_error(None, ValidationError(message, code="stale"))

    def require_one(self, field: str, message: str) -> None:
        """Refuse a form that says `field` in no language, beside the reader's own."""
        if not any(self.cleaned_data.get(name) for name in columns(field)):
            name = column(field, get_language() or "")
            if name not in self.errors:
                self.add_error(name, ValidationError(message, code="required"))


class ProjectTextsForm(TranslatedForm):
    """What a project is called and what it is about."""

    translated = ("title", "slug", "summary", "body")

    class Meta:
        model = Project
        fields = ["source_language", *columns("title", "slug", "summary", "body")]

    def clean(self) -> dict[str, Any]:
        """A title without an address of its own gets one."""
        cleaned = super().clean()
        for code in language_codes():
            title, slug = cleaned.get(column("title", code)), column("slug", code)
            if title and not cleaned.get(slug) and slug not in self.errors:
                cleaned[slug] = slugify(title)[:100].strip("-") or None
        return cleaned


class ProjectFactsForm(forms.ModelForm[Project]):
    """When, where and by whom; and the guides that belong to it."""

    guides = forms.CharField(
        label=_("Related guides"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Paste the addresses of their pages, one on each line. Numbers will do too."),
    )

    class Meta:
        model = Project
        fields = ["launched", "expected_end", "ended", "is_published", "takes_comments"]
        labels = {
            "is_published": _("Everybody can read this project's page"),
            "takes_comments": _("Readers may comment on this page"),
        }

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.initial["guides"] = self._addresses(self.instance.related_guides)
        chosen = [facet.pk for facet in self.instance.facets.all()]
        facets = list(Facet.objects.all())
        for kind in Facet.Kind:
            options = [
                (facet.pk, str(words(facet, "name", get_language() or "")))
                for facet in facets
                if facet.kind == kind
            ]
            if options:
                self.fields[kind.value] = forms.TypedMultipleChoiceField(
                    label=str(kind.label).capitalize(),
                    choices=options,
                    coerce=int,
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                )
                self.initial[kind.value] = chosen

    def _guides(self, numbers: list[int]) -> Targets:
        return targets_of({"guide": numbers}, get_language() or "", self.person).get("guide", {})

    def _addresses(self, numbers: list[int]) -> str:
        """Return the addresses of guides, and the numbers of those that are not to be seen."""
        known = self._guides(numbers)
        return "\n".join(
            known[number].url if number in known else str(number) for number in numbers
        )

    def clean_guides(self) -> list[int]:
        """Refuse what leads to no guide, except what stood there before."""
        found: dict[str, int | None] = {}
        for part in re.split(r"[\s,;]+", self.cleaned_data["guides"]):
            number = part.removeprefix("guide:")
            if number.isascii() and number.isdigit() and len(number) < 10:
                found[part] = int(number)
            elif part:
                found[part] = number_at("guide", part)
        numbers = list(dict.fromkeys(number for number in found.values() if number is not None))
        known = {*self._guides(numbers), *self.instance.related_guides}
        unknown = [part[:200] for part, number in found.items() if number not in known]
        if unknown:
            raise ValidationError(
                gettext("No guide is found at: {addresses}").format(addresses=", ".join(unknown))
            )
        return numbers

    def save(self, commit: bool = True) -> Project:
        self.instance.related_guides = self.cleaned_data["guides"]
        project = super().save(commit)
        kinds = [kind for kind in Facet.Kind.values if kind in self.fields]
        project.facets.set([pk for kind in kinds for pk in self.cleaned_data[kind]])
        return project


class HeardForm(TranslatedForm):
    """A form of what can come of what people said; see `smartwiki.heard`."""

    heard = VoicesField()
    heard_kind: ClassVar[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            named = voices_of({self.heard_kind: [self.instance.pk]})
            voices = named.get((self.heard_kind, self.instance.pk), [])
            self.initial["heard"] = as_typed(voices)

    def name_voices(self, by: User) -> None:
        """Record what the saved form says; raises ValidationError for what is no voice."""
        result = Result(self.heard_kind, self.instance.pk)
        name_voices(result, self.cleaned_data["heard"], by)


class UpdateForm(HeardForm):
    """An entry of the journal, with a new status where it changes."""

    heard_kind = "update"
    translated = ("title", "body", "reason")
    first = ("status", "progress", "milestones")
    milestones: forms.ModelMultipleChoiceField[Milestone] = forms.ModelMultipleChoiceField(
        Milestone.objects.none(),
        label=_("Milestones that are done now"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Update
        fields = ["status", "progress", *columns("title", "body", "reason")]

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(person, *args, **kwargs)
        project: Project = self.instance.project
        waiting = project.milestones.filter(done_on="")
        self.fields["milestones"].queryset = waiting  # type: ignore[attr-defined]
        if not waiting:
            del self.fields["milestones"]
        self.fields["status"].choices = [  # type: ignore[attr-defined]
            ("", gettext("{status} (unchanged)").format(status=project.state.label)),
            *((value, label) for value, label in self._statuses() if value != project.status),
        ]

    def _statuses(self) -> Iterable[tuple[str, Any]]:
        return [choice for choice in Update._meta.get_field("status").choices or [] if choice[0]]


class UpdateTextsForm(HeardForm):
    """A published entry: its words can be put right or translated, what it changed stays."""

    heard_kind = "update"
    translated = ("title", "body", "reason")

    class Meta:
        model = Update
        fields = columns("title", "body", "reason")


class ObjectiveForm(TranslatedForm):
    translated = ("text", "indicator")
    title_field = "text"

    class Meta:
        model = Objective
        fields = [*columns("text", "indicator"), "target", "present", "due", "reached"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.require_one("text", gettext("Write the objective in at least one language."))
        return cleaned


class MilestoneForm(HeardForm):
    heard_kind = "milestone"
    translated = ("title",)

    class Meta:
        model = Milestone
        fields = [*columns("title"), "due", "done_on"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.require_one("title", gettext("Give a title in at least one language."))
        return cleaned


class CallForm(TranslatedForm):
    translated = ("title", "body", "results")

    class Meta:
        model = Call
        fields = [*columns("title", "body", "results"), "contact", "opens_at", "closes_at"]
        widgets = {
            name: forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
            for name in ("opens_at", "closes_at")
        }


PART_FORMS: dict[str, type[TranslatedForm]] = {
    "objective": ObjectiveForm,
    "milestone": MilestoneForm,
    "call": CallForm,
    "update": UpdateTextsForm,
}


def part_model(kind: str) -> type[models.Model]:
    """Return the model of a part of a project's page; raises KeyError."""
    model: type[models.Model] = PART_FORMS[kind]._meta.model
    return model
