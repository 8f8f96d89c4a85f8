"""What the log can be limited to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from smartwiki.audit.events import EVENTS
from smartwiki.audit.models import Entry, EntryQuerySet


def _event_choices() -> list[tuple[str, Any]]:
    return [("", _("Everything")), *sorted(EVENTS.items(), key=lambda each: str(each[1]).lower())]


class FilterForm(forms.Form):
    """All fields are optional; what makes no sense in one of them is said there."""

    q = forms.CharField(
        label=_("Person or object"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"type": "search"}),
    )
    event = forms.ChoiceField(label=_("What happened"), required=False, choices=_event_choices)
    since = forms.DateField(
        label=_("From day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def found(self) -> EntryQuerySet:
        """Return the entries that the form asks for; nothing where it could not be understood."""
        entries = Entry.objects.all()
        if not self.is_valid():
            return entries.none()
        wanted = self.cleaned_data
        if wanted["event"]:
            entries = entries.filter(event=wanted["event"])
        if wanted["q"].strip():
            entries = entries.mentioning(wanted["q"].strip())
        return entries.between(wanted["since"], wanted["until"])
