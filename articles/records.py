"""What is taken down about guides, never about readers: readings, answers, states, reminders."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, ExpressionWrapper, F, FloatField, Q, Value
from django.utils.translation import gettext_lazy as _

from smartwiki.languages import language_choices


class Reading(models.Model):
    """How often a translation was read on a day; nothing is known of who read it."""

    translation = models.ForeignKey("articles.Translation", models.CASCADE, related_name="readings")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("daily readings")
        verbose_name_plural = _("daily readings")
        constraints = [
            models.UniqueConstraint(fields=["translation", "day"], name="reading_once_a_day")
        ]
        indexes = [models.Index(fields=["day", "translation", "count"])]

    def __str__(self) -> str:
        return f"{self.translation_id} {self.day}: {self.count}"


class ReadingSum(models.Model):
    """How often all guides were read in a language on a day: the sum of `Reading`, kept nightly."""

    language = models.CharField(max_length=10)
    day = models.DateField()
    count = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "language"], name="reading_sum_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.day}: {self.count}"


class Coverage(models.Model):
    """How many guides were in which state in a language, at the end of a day."""

    language = models.CharField(max_length=10, choices=language_choices)
    day = models.DateField()
    current = models.PositiveIntegerField(help_text="Written first in it, or up to date.")
    outdated = models.PositiveIntegerField(help_text="Outdated, badly or not.")
    missing = models.PositiveIntegerField(help_text="Not published in it.")

    class Meta:
        verbose_name = _("coverage")
        verbose_name_plural = _("coverage")
        constraints = [
            models.UniqueConstraint(fields=["day", "language"], name="coverage_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.day}"


class Standing(models.Model):
    """What one guide is counted under in one language; "": whatever languages it has.

    Derived, see `articles.standing`; only of guides that are not deleted.
    """

    guide = models.ForeignKey("articles.Guide", models.CASCADE, related_name="standings")
    language = models.CharField(max_length=10, blank=True)
    topic = models.PositiveBigIntegerField(help_text="Of the guide; 0 in a topic itself.")
    depth = models.PositiveSmallIntegerField()
    audience = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20)
    is_shown = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["guide", "language"], name="standing_once_for_each_language"
            )
        ]
        indexes = [models.Index(fields=["state", "language", "guide"], name="standing_by_state")]

    def __str__(self) -> str:
        return f"{self.guide_id} {self.language}: {self.state}"


class Tally(models.Model):
    """How many guides are counted under the same: the sum of `Standing`, see there."""

    language = models.CharField(max_length=10, blank=True)
    topic = models.PositiveBigIntegerField()
    depth = models.PositiveSmallIntegerField()
    audience = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20)
    is_shown = models.BooleanField()
    number = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["language", "topic", "depth", "audience", "state", "is_shown"],
                name="tally_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.state}: {self.number}"


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    """Readers' answers."""

    PRIOR = 10  # readers

    def unsettled(self) -> Self:
        """Keep what no editor has dealt with yet."""
        return self.filter(settled_at=None)

    def by_helpfulness(self) -> models.QuerySet[Feedback, Any]:
        """Return a row for each translation, the least helpful first.

        The score is a Bayesian average, as if `PRIOR` readers had answered like the average
        of all: one angry answer does not outweigh thirty mixed ones.
        """
        answers, yes = Count("pk"), Count("pk", filter=Q(helpful=True))
        total = self.aggregate(answers=answers, yes=yes)
        mean = total["yes"] / (total["answers"] or 1)
        score = (Value(self.PRIOR * mean) + F("yes")) / (Value(float(self.PRIOR)) + F("answers"))
        return (
            self.values("translation")
            .annotate(answers=answers, yes=yes, said=Count("pk", filter=~Q(text="")))
            .annotate(score=ExpressionWrapper(score, output_field=FloatField()))
            .order_by("score", "-answers", "translation")
        )


class Feedback(models.Model):
    """A reader's answer to "Was this helpful?", tied to the text that they read."""

    class Reason(models.TextChoices):
        UNCLEAR = "unclear", _("It is hard to understand")
        INCOMPLETE = "incomplete", _("Something is missing")
        WRONG = "wrong", _("Something is wrong or no longer true")
        ELSEWHERE = "elsewhere", _("I was looking for something else")

    translation = models.ForeignKey("articles.Translation", models.CASCADE, related_name="feedback")
    revision = models.ForeignKey("articles.RevisionInfo", models.CASCADE, related_name="feedback")
    helpful = models.BooleanField(_("helpful"))
    reason = models.CharField(_("reason"), max_length=20, blank=True, choices=Reason.choices)
    text = models.TextField(_("in your own words"), max_length=1000, blank=True)
    given_on = models.DateField(_("given on"), auto_now_add=True)
    settled_at = models.DateTimeField(null=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects: ClassVar[models.Manager[Feedback]] = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("reader's answer")
        verbose_name_plural = _("readers' answers")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(helpful=False) | Q(reason=""), name="feedback_reason_if_not_helpful"
            )
        ]
        indexes = [models.Index(fields=["translation", "given_on"])]

    def __str__(self) -> str:
        return f"{self.translation}: {'+' if self.helpful else '-'}"


class ReviewReminder(models.Model):
    """A reminder to a guide's owner that a review is due; `sent_at`: when it went into a digest."""

    translation = models.ForeignKey("articles.Translation", models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    due = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("reminder of a review")
        verbose_name_plural = _("reminders of reviews")
        constraints = [
            models.UniqueConstraint(
                fields=["translation", "person", "due"], name="review_reminder_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.translation} → {self.person}"
