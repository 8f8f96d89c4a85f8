"""The forms of the moderators' desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from projects.comments import moderation
from projects.comments.forms import WordsForm, body_field
from projects.comments.models import ReadyReason, Rules
from projects.texts import by_language, without_control
from smartwiki.accounts.models import User
from smartwiki.languages import language_codes

REASON_LIMIT = 1000


class DecisionForm(forms.Form):
    """What becomes of a comment, and why; `ready`: a ready reason, `text`: one's own words."""

    decision = forms.ChoiceField(choices=[(each, each) for each in moderation.LEADS_TO])
    ready: forms.ModelChoiceField[ReadyReason] = forms.ModelChoiceField(
        ReadyReason.objects.filter(is_offered=True), required=False
    )
    text = forms.CharField(
        label=_("Your own reason"),
        help_text=_("The author reads it as you write it."),
        max_length=REASON_LIMIT,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, said: Mapping[str, Any] | None = None) -> None:
        """One button says both that a comment is rejected and why: `reject` is a ready reason."""
        if said is not None and "reject" in said:
            pressed = {"decision": moderation.REJECT, "ready": said["reject"]}
            said = {**dict(said.items()), **pressed}
        super().__init__(said)
        self.use_required_attribute = False

    def clean_text(self) -> str:
        return without_control(self.cleaned_data["text"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        is_rejection = cleaned.get("decision") == moderation.REJECT
        if is_rejection and not cleaned.get("ready") and not cleaned.get("text"):
            message = gettext("Say why, so that the author can understand it.")
            raise ValidationError(message, code="reason")
        return cleaned

    def decided(self, by: User) -> moderation.Decision:
        """Return the valid form's decision, its reason in every language that there is."""
        said = self.cleaned_data
        reasons = dict.fromkeys(language_codes(), said["text"])
        if said["ready"]:
            ready = by_language(said["ready"], "text")
            own = f"\n\n{said['text']}" if said["text"] else ""
            reasons = {language: text + own for language, text in ready.items()}
        return moderation.Decision(said["decision"], by, reasons)


class SeenForm(forms.Form):
    """Which version of a comment the moderator read."""

    version = forms.IntegerField(min_value=1)


class AnswerForm(WordsForm):
    """An official answer from the desk."""

    text = body_field(_("Official answer"), rows=5)
    pinned = forms.BooleanField(
        label=_("Pin it: the question and this answer come first"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("language", get_language())
        self.fields["language"].label = _("Language of the answer")


class RulesForm(forms.ModelForm[Rules]):
    """What moderators decide together."""

    class Meta:
        model = Rules
        fields = ["hidden_after"]
