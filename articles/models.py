"""Guides: one place in the tree each, and one django-wiki article for each of their languages."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from tree_queries.models import OrderableTreeNode
from wiki.models import Article, ArticleRevision

from articles.desk_models import Draft, Media, Writing
from articles.querysets import MAX_DEPTH, GuideManager, RevisionInfoQuerySet, TranslationQuerySet
from articles.records import (
    Coverage,
    Feedback,
    Reading,
    ReadingSum,
    ReviewReminder,
    Standing,
    Tally,
)
from smartwiki.languages import best, language_choices
from smartwiki.models import ContentVersion

if TYPE_CHECKING:
    from smartwiki.accounts.models import User

__all__ = [
    "MAX_DEPTH",
    "SLUG",
    "Audience",
    "Coverage",
    "Draft",
    "Feedback",
    "Guide",
    "Media",
    "PathRedirect",
    "Reading",
    "ReadingSum",
    "ReviewReminder",
    "RevisionInfo",
    "Standing",
    "Tally",
    "Translation",
    "Writing",
    "validate_slug",
]

SLUG = r"^[a-z0-9]+(?:-[a-z0-9]+)*\Z"
validate_slug = RegexValidator(
    SLUG,
    _("Use only lower-case letters without accents, digits, and single hyphens between them."),
)


class Audience(models.IntegerChoices):
    """Who may read, from everybody to the team: a number, so that the stricter is the greater."""

    PUBLIC = 0, _("everybody")
    MEMBERS = 1, _("members")
    STAFF = 2, _("the team")


class Guide(OrderableTreeNode):
    """One place in the tree of member information, whatever the language; a root is a topic."""

    class Icon(models.TextChoices):
        SPROUT = "sprout"
        INVOICE = "invoice"
        CONTRACT = "contract"
        RECEIPT = "receipt"
        UMBRELLA = "umbrella"
        PEOPLE = "people"
        SPEECH = "speech"
        PENCIL = "pencil"

    class Standing(models.TextChoices):
        """What a reader must know of the subject itself; empty when it is settled."""

        CONTESTED = "contested", _("contested")
        CHANGING = "changing", _("changing")

    source_language = models.CharField(
        _("source language"), max_length=10, choices=language_choices
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="owned_guides",
        verbose_name=_("owner"),
    )
    visibility = models.PositiveSmallIntegerField(
        _("visible to"), choices=Audience.choices, default=Audience.PUBLIC
    )
    review_every = models.PositiveSmallIntegerField(
        _("review every (months)"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    readers = models.PositiveIntegerField(
        default=0,
        db_default=0,
        editable=False,
        help_text="Readings of the last four weeks in all languages, counted each night.",
    )
    standing = models.CharField(
        _("standing"), max_length=10, blank=True, default="", choices=Standing.choices
    )
    icon = models.CharField(_("icon"), max_length=20, blank=True, choices=Icon.choices)
    import_key = models.CharField(
        max_length=100,
        unique=True,
        null=True,
        blank=True,
        editable=False,
        help_text="The name of the guide in the folder that it was imported from.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    # Kept by articles.tree, so that reading needs no walk through the tree:
    topic = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        editable=False,
        related_name="guides_below",
        help_text="The root above; empty in a root.",
    )
    depth = models.PositiveSmallIntegerField(default=0, editable=False)
    audience = models.PositiveSmallIntegerField(
        choices=Audience.choices,
        default=Audience.PUBLIC,
        editable=False,
        help_text="The strictest visibility of the guide and its ancestors.",
    )

    objects: ClassVar[GuideManager[Guide]] = GuideManager()  # type: ignore[assignment]

    class Meta(OrderableTreeNode.Meta):
        verbose_name = _("guide")
        verbose_name_plural = _("guides")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("pk")), name="guide_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(depth__lte=MAX_DEPTH)
                & (
                    Q(parent=None, topic=None, depth=0)
                    | Q(parent__isnull=False, topic__isnull=False, depth__gte=1)
                ),
                name="guide_depth_fits",
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=Audience.values, audience__gte=F("visibility")),
                name="guide_audience_not_wider_than_visibility",
            ),
            models.CheckConstraint(
                condition=Q(review_every=None) | Q(review_every__gte=1),
                name="guide_review_every_at_least_a_month",
            ),
        ]
        indexes = [
            models.Index(fields=["depth", "audience"]),
            models.Index(fields=["-readers", "depth", "position", "id"], name="guide_most_read"),
            models.Index(
                fields=["-deleted_at", "id"],
                condition=Q(deleted_at__isnull=False),
                name="guide_deleted",
            ),
            models.Index(
                fields=["owner"],
                condition=Q(deleted_at__isnull=True, owner__isnull=False),
                name="guide_owned",
            ),
        ]

    def shown_in(self, language: str) -> Translation:
        """Return the guide's text for somebody who reads `language` (one query)."""
        by_language = {each.language: each for each in self.translations.all()}
        return best(by_language, language, self.source_language)

    def __str__(self) -> str:
        source = self.translations.filter(language=self.source_language).first()
        return source.title if source else f"#{self.pk}"

    def audit_label(self) -> str:
        return str(self)


class Translation(models.Model):
    """One guide in one language."""

    guide = models.ForeignKey(
        Guide, models.CASCADE, related_name="translations", verbose_name=_("guide")
    )
    language = models.CharField(_("language"), max_length=10, choices=language_choices)
    article = models.OneToOneField(Article, models.PROTECT, related_name="translation")
    title = models.CharField(_("title"), max_length=200)
    slug = models.CharField(_("address"), max_length=100, validators=[validate_slug])
    path = models.CharField(max_length=800, editable=False)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    published = models.OneToOneField(
        "RevisionInfo",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text="What readers see; empty for a draft.",
    )
    changed_at = models.DateTimeField(
        null=True, editable=False, help_text="When more than a typo was last published."
    )
    verified_on = models.DateField(_("verified on"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("verified by"),
    )

    state: str  # given by `with_state()`
    last_checked: date | None  # given by `with_last_checked()`

    objects = TranslationQuerySet.as_manager()

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = [
            models.UniqueConstraint(
                fields=["guide", "language"], name="translation_once_for_each_language"
            ),
            models.UniqueConstraint(
                fields=["language", "path"],
                name="translation_path_unique",
                violation_error_message=_("Another guide already has this address."),
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(slug="") & ~Q(path=""),
                name="translation_named",
            ),
        ]
        indexes = [
            models.Index(fields=["path"]),
            models.Index(fields=["slug"], name="translation_by_slug"),
            models.Index(fields=["language", "-changed_at"]),
            models.Index(fields=["language", "-verified_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"

    def audit_label(self) -> str:
        return str(self)

    @property
    def is_source(self) -> bool:
        return self.language == self.guide.source_language

    @property
    def ancestor_ids(self) -> list[int]:
        """The guide's ancestors, the topic first; needs `with_ancestors()`."""
        upwards = [getattr(self, f"up_{n}") for n in range(1, MAX_DEPTH + 1)]
        return [pk for pk in reversed(upwards) if pk is not None]

    def latest_revision(self) -> RevisionInfo | None:
        """Return the newest revision, published or not."""
        return (
            RevisionInfo.objects.filter(revision__article=self.article_id)
            .order_by("-revision__revision_number")
            .first()
        )

    def present(self) -> RevisionInfo | None:
        """Return what is worked on: the published revision, or a draft's newest."""
        if self.published:
            return self.published
        return (
            RevisionInfo.objects.filter(revision__article=self.article_id)
            .exclude(state=RevisionInfo.State.REJECTED)
            .order_by("-revision__revision_number")
            .first()
        )

    def verify(self, person: User | None, on: date | None = None) -> None:
        """Record that somebody responsible says "still accurate" (`on` a date, or today)."""
        self.verified_by, self.verified_on = person, on or timezone.localdate()
        self.save(update_fields=["verified_by", "verified_on"])
        ContentVersion.bump()


class RevisionInfo(models.Model):
    """What a revision of a translation means, and its text rendered once."""

    class Significance(models.TextChoices):
        TYPO = "typo", _("typo")
        MINOR = "minor", _("minor")
        MAJOR = "major", _("major")

    class State(models.TextChoices):
        PUBLISHED = "published", _("published")
        PENDING = "pending", _("pending")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected")

    revision = models.OneToOneField(ArticleRevision, models.CASCADE, related_name="info")
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    significance = models.CharField(
        _("significance"), max_length=10, choices=Significance.choices, default=Significance.MINOR
    )
    based_on = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="derived",
        verbose_name=_("based on"),
        help_text=_("The source revision that this text corresponds to."),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PENDING
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reviewer"),
    )
    reviewed_at = models.DateTimeField(null=True, editable=False)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    became = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="suggestions",
        help_text="The revision in which a suggestion was published.",
    )
    published_at = models.DateTimeField(null=True, editable=False)

    html = models.TextField(editable=False)
    toc = models.JSONField(default=list, editable=False)
    references = models.JSONField(default=dict, editable=False)
    rendered_with = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="The renderer's version."
    )

    objects = RevisionInfoQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [
            models.CheckConstraint(
                condition=Q(significance__in=["typo", "minor", "major"]),
                name="revision_significance_known",
            ),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False)
                | Q(state__in=["pending", "accepted", "rejected"], published_at=None),
                name="revision_published_at_a_time",
            ),
        ]

        indexes = [  # what waits is not published: few rows among all texts there ever were
            models.Index(fields=["published_at", "state"], name="revision_waiting")
        ]

    def __str__(self) -> str:
        return str(self.revision)


class PathRedirect(models.Model):
    """A path that a translation had before; it answers with a permanent redirect."""

    language = models.CharField(max_length=10, choices=language_choices)
    path = models.CharField(max_length=800)
    translation = models.ForeignKey(Translation, models.CASCADE, related_name="old_paths")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["language", "path"], name="redirect_path_unique")
        ]
        indexes = [models.Index(fields=["path"])]

    def __str__(self) -> str:
        return f"{self.language}: {self.path}"
