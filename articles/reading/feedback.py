"""Readers' voice: "Was this helpful?", answered without an account, a cookie or a script."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.cache import cache
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import permissions
from articles.models import Feedback, RevisionInfo, Translation

if TYPE_CHECKING:
    from smartwiki.accounts.models import User
    from smartwiki.accounts.policy import Person

REMEMBERED = timedelta(days=365)  # older answers no longer count: the text has changed
COUNTED_FOR = timedelta(minutes=5)
ANSWERS = ((True, _("Yes")), (False, _("No")))


class FeedbackForm(forms.ModelForm[Feedback]):
    """One question, and for those who answer no, why. `website` is a trap for robots."""

    helpful = forms.TypedChoiceField(
        label=_("Was this helpful?"),
        choices=ANSWERS,
        coerce=lambda value: value == "True",
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose yes or no.")},
    )
    reason = forms.ChoiceField(
        label=_("What was wrong?"),
        choices=Feedback.Reason.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    revision = forms.ModelChoiceField(RevisionInfo.objects.none(), widget=forms.HiddenInput)
    website = forms.CharField(required=False)

    class Meta:
        model = Feedback
        fields = ["helpful", "reason", "text", "revision"]

    def __init__(self, *args: Any, translation: Translation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.translation = translation
        self.fields["revision"].initial = translation.published_id
        revisions = RevisionInfo.objects.filter(
            revision__article=translation.article_id, state=RevisionInfo.State.PUBLISHED
        )
        cast("forms.ModelChoiceField[RevisionInfo]", self.fields["revision"]).queryset = revisions

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("helpful"):
            cleaned["reason"] = ""
        return cleaned

    @property
    def is_robots(self) -> bool:
        return bool(self.data.get("website"))


@dataclass(slots=True)
class Voices:
    """What readers say of a translation; `score` is a Bayesian average from 0 to 1."""

    translation: Translation
    answers: int
    yes: int
    said: int
    score: float = 0.0

    @property
    def percent(self) -> int:
        return round(100 * self.yes / self.answers) if self.answers else 0


def worst_pages(person: Person, language: str = "", number: int = 50) -> list[Voices]:
    """Return the least helpful texts that `person` may read, counted at most five minutes ago."""
    listed = Translation.objects.listed_for(person)
    if language:
        listed = listed.filter(language=language)
    key = f"worst-pages-{permissions.audience_of(person)}-{language}"
    rows: list[dict[str, Any]] | None = cache.get(key)
    if rows is None:
        recent = Feedback.objects.filter(given_on__gte=timezone.localdate() - REMEMBERED)
        rows = list(recent.filter(translation__in=listed).by_helpfulness()[:number])
        cache.set(key, rows, COUNTED_FOR.total_seconds())
    texts = listed.select_related("guide").in_bulk([row["translation"] for row in rows])
    return [
        Voices(texts[row.pop("translation")], **row) for row in rows if row["translation"] in texts
    ]


def voices_of(translation: Translation) -> Voices | None:
    """Return what readers say of one translation, if they said anything (one query)."""
    recent = translation.feedback.filter(given_on__gte=timezone.localdate() - REMEMBERED)
    counts = recent.aggregate(
        answers=Count("pk"),
        yes=Count("pk", filter=Q(helpful=True)),
        said=Count("pk", filter=~Q(text="")),
    )
    return Voices(translation, **counts) if counts["answers"] else None


def settle(answer: Feedback, person: User) -> None:
    """Note that an editor has dealt with a reader's answer."""
    answer.settled_at, answer.settled_by = timezone.now(), person
    answer.save(update_fields=["settled_at", "settled_by"])
