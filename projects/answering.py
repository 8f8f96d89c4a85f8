"""Answering a call for contribution."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from projects.models import Call, CallResponse
from projects.models.calls import MESSAGE_LIMIT
from projects.texts import without_control
from smartwiki.accounts.policy import Person
from smartwiki.spam import GuardedForm


class AnswerForm(GuardedForm):
    """What a member or a visitor answers; only the project's team reads it."""

    name = forms.CharField(
        label=_("Your name"), max_length=150, widget=forms.TextInput({"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("So that the team can write back. It is never published."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    message = forms.CharField(
        label=_("Your message"), max_length=MESSAGE_LIMIT, widget=forms.Textarea({"rows": 8})
    )
    consent = forms.BooleanField(
        label=_("I agree that the project's team keeps my answer to handle this call."),
        error_messages={"required": _("Without your agreement we may not keep your answer.")},
    )

    def __init__(self, call: Call, person: Person, *args: Any, **kwargs: Any) -> None:
        self.call, self.person, self.wait = call, person, 0
        if person.is_authenticated:
            kwargs.setdefault("initial", {"name": person.name, "email": person.email})
        super().__init__(*args, **kwargs)
        self.fields["message"].widget.attrs.pop("maxlength", None)  # say so, do not cut silently

    def clean_message(self) -> str:
        return without_control(self.cleaned_data["message"])

    def clean(self) -> dict[str, Any]:
        """An answer counts at the moment at which it arrives, not when the form was opened."""
        if not self.call.is_open():
            raise ValidationError(
                gettext("This call has closed meanwhile, so your answer was not sent."),
                code="closed",
            )
        return super().clean() or self.cleaned_data

    def save(self, language: str) -> CallResponse:
        """Keep the answer; to be called once the form is valid."""
        answer = self.cleaned_data
        now = timezone.now()
        return CallResponse.objects.create(
            call=self.call,
            name=answer["name"],
            email=answer["email"],
            message=answer["message"],
            language=language,
            consented_at=now,
            created_at=now,
            author=self.person if self.person.is_authenticated else None,
        )
