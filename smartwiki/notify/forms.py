"""What somebody fills in who wants to follow something."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from smartwiki.languages import language_codes, own_name
from smartwiki.notify.models import Follower, Subscription
from smartwiki.spam import GuardedForm


def languages() -> list[tuple[str, str]]:
    """Return the languages, each by its own name: who looks for theirs reads no other."""
    return [(code, own_name(code)) for code in language_codes()]


class VisitorForm(GuardedForm):
    """An address that mails go to, once it was confirmed."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("Only for these mails; nobody sees it. You can end it in every mail."),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    rhythm = forms.ChoiceField(
        label=_("How often?"), choices=Subscription.Rhythm.choices, initial="at_once"
    )
    language = forms.ChoiceField(label=_("Language of the mails"), choices=languages)


class FollowerForm(forms.ModelForm[Follower]):
    """In which language a person is written to, and how often of what waits for them."""

    class Meta:
        model = Follower
        fields = ["language", "work"]
        labels = {
            "language": _("Language of the mails"),
            "work": _("What waits for me, and what became of mine"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(
            label=_("Language of the mails"), choices=languages
        )


class RhythmForm(forms.Form):
    """How often somebody hears of one thing that they follow, or no longer."""

    STOP = "stop"
    rhythm = forms.ChoiceField(label=_("How often?"))

    def __init__(self, subscription: Subscription, posted: QueryDict | None) -> None:
        initial = {"rhythm": subscription.rhythm}
        super().__init__(posted, prefix=f"s{subscription.pk}", initial=initial)
        self.subscription = subscription
        choices = [*Subscription.Rhythm.choices, (self.STOP, _("no longer"))]
        self.fields["rhythm"].choices = choices  # type: ignore[attr-defined]

    def save(self) -> None:
        """Keep the choice; to be called once the form is valid."""
        rhythm = self.cleaned_data["rhythm"]
        if rhythm == self.STOP:
            self.subscription.delete()
        elif rhythm != self.subscription.rhythm:
            self.subscription.rhythm = rhythm
            self.subscription.save(update_fields=["rhythm"])
