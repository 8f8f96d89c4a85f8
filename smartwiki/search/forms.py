"""Editing the glossary."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from smartwiki.languages import language_codes, own_name
from smartwiki.models import ContentVersion
from smartwiki.search.models import Concept, ConceptNames

MOST_NAMES = 20


class ConceptForm(forms.Form):
    """What a thing is called: two fields for each language of the site, all together."""

    def __init__(self, *args: Any, concept: Concept, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.concept = concept
        present = {names.language: names for names in concept.names.all()} if concept.pk else {}
        for code in language_codes():
            names = present.get(code)
            self.fields[f"words_{code}"] = forms.CharField(
                label=own_name(code),
                required=False,
                max_length=500,
                initial=names.words if names else "",
                widget=forms.TextInput(attrs={"lang": code}),
            )
            self.fields[f"explanation_{code}"] = forms.CharField(
                label=_("Explanation ({language})").format(language=own_name(code)),
                required=False,
                max_length=500,
                initial=names.explanation if names else "",
                widget=forms.Textarea(attrs={"lang": code, "rows": 2}),
            )

    def by_language(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Return (code, words, explanation) for the template."""
        return [
            (code, self[f"words_{code}"], self[f"explanation_{code}"]) for code in language_codes()
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        total = 0
        for code in language_codes():
            words = [word.strip() for word in cleaned.get(f"words_{code}", "").split(",")]
            words = [word for word in words if any(map(str.isalnum, word))]
            cleaned[f"words_{code}"] = ", ".join(dict.fromkeys(words))
            total += len(words)
            if len(words) > MOST_NAMES:
                self.add_error(
                    f"words_{code}",
                    _("Please give at most {number} words.").format(number=MOST_NAMES),
                )
            if cleaned.get(f"explanation_{code}") and not words:
                self.add_error(f"words_{code}", _("Please give the word that is explained."))
        if total == 0:
            raise ValidationError(_("Please give at least one word."), code="empty")
        return cleaned

    @transaction.atomic
    def save(self) -> Concept:
        """Keep the names; what is empty now is removed. Searches use them from now on."""
        ContentVersion.lock()
        self.concept.save()
        self.concept.names.all().delete()
        ConceptNames.objects.bulk_create(
            ConceptNames(
                concept=self.concept,
                language=code,
                words=self.cleaned_data[f"words_{code}"],
                explanation=self.cleaned_data[f"explanation_{code}"],
            )
            for code in language_codes()
            if self.cleaned_data[f"words_{code}"]
        )
        ContentVersion.bump()
        return self.concept
