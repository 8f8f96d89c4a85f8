"""What readers say on a project's pages, and every step of what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from projects.comments.querysets import CommentQuerySet, ReportQuerySet
from projects.models.calls import Call
from projects.models.journal import Update
from projects.models.project import Project
from smartwiki.languages import language_choices

BODY_LIMIT = 5_000  # characters
NAME_LIMIT = 100


class State(models.TextChoices):
    """Where a comment stands."""

    UNCONFIRMED = "unconfirmed", _("address not confirmed")
    PENDING = "pending", _("waiting for a moderator")
    APPROVED = "approved", pgettext_lazy("comment", "published")
    REJECTED = "rejected", pgettext_lazy("comment", "not published")
    SPAM = "spam", _("spam")
    WITHDRAWN = "withdrawn", _("withdrawn by its author")
    HIDDEN = "hidden", _("hidden for review")

    @property
    def icon(self) -> str:
        return {
            State.UNCONFIRMED: "clock",
            State.PENDING: "clock",
            State.APPROVED: "check",
            State.REJECTED: "close",
            State.SPAM: "danger",
            State.WITHDRAWN: "arrow-left",
            State.HIDDEN: "eye",
        }[self]


class Role(models.TextChoices):
    """In what role somebody answered officially."""

    LEAD = "lead", _("project lead")
    MODERATOR = "moderator", _("moderation")


WHY = {
    "confirmed": _("address confirmed"),
    "edited": _("text changed"),
    "official": _("official answer"),
    "pinned": _("pinned"),
    "reports": _("reported"),
    "trusted": _("trusted author"),
    "undone": _("undone"),
    "unpinned": _("no longer pinned"),
}


class Comment(models.Model):
    """A reader's message on a project, or on one update or call of it.

    `thread`: the comment that began the conversation, in answers only; `answers_to`: the one that
    this answers, which may itself be an answer. `waiting_since`: from when on a moderator has to
    look at it, None when nobody has to. `version` is raised by every change, so that whoever acts
    on an older one is told. Nothing of `email` and `sender` is ever shown.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="comments")
    update = models.ForeignKey(
        Update, models.SET_NULL, null=True, blank=True, related_name="comments"
    )
    call = models.ForeignKey(Call, models.SET_NULL, null=True, blank=True, related_name="comments")
    thread = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="answers"
    )
    answers_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="answered_by"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="comments"
    )
    name = models.CharField(_("name"), max_length=NAME_LIMIT, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(_("language"), max_length=10, choices=language_choices)
    body = models.TextField(_("comment"), max_length=BODY_LIMIT)
    state = models.CharField(_("state"), max_length=12, choices=State.choices)
    is_official = models.BooleanField(_("official answer"), default=False)
    role = models.CharField(max_length=10, blank=True, choices=Role.choices)
    pinned_at = models.DateTimeField(null=True, blank=True)
    is_on_top = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    held_until = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    fingerprint = models.CharField(max_length=64, help_text="Of the text, to notice repetition.")
    sender = models.CharField(
        max_length=32, blank=True, help_text="A keyed hash of the network address."
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="comment_state_known"),
            models.CheckConstraint(
                condition=Q(update=None) | Q(call=None), name="comment_on_one_thing"
            ),
            models.CheckConstraint(
                condition=Q(answers_to=None) | Q(thread__isnull=False),
                name="comment_answer_in_a_thread",
            ),
            models.CheckConstraint(condition=~Q(thread=F("id")), name="comment_not_its_own_thread"),
            models.CheckConstraint(
                condition=Q(author=None) | Q(email=""), name="comment_member_address_not_copied"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_at__isnull=False),
                name="comment_approved_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="pending") | Q(waiting_since__isnull=False),
                name="comment_pending_waits",
            ),
            models.CheckConstraint(
                condition=Q(waiting_since=None) | Q(state__in=["pending", "hidden", "approved"]),
                name="comment_settled_waits_no_more",
            ),
            models.CheckConstraint(
                condition=Q(pinned_at=None) | Q(is_official=True), name="comment_pinned_is_official"
            ),
            models.CheckConstraint(
                condition=Q(is_official=True, role__in=Role.values) | Q(is_official=False, role=""),
                name="comment_official_in_a_role",
            ),
            models.CheckConstraint(
                condition=Q(is_on_top=False) | Q(thread=None), name="comment_on_top_is_a_thread"
            ),
        ]
        indexes = [
            models.Index(
                fields=["waiting_since", "id"],
                name="comment_queue",
                condition=Q(waiting_since__isnull=False),
            ),
            models.Index(
                fields=["project", "-is_on_top", "-created_at", "-id", "state"],
                name="comment_threads_by_state",
                condition=Q(thread=None),
            ),
            models.Index(fields=["thread", "state", "created_at"], name="comment_answers"),
            models.Index(
                fields=["project", "state", "update", "call", "thread"], name="comment_counted"
            ),
            models.Index(
                fields=["project", "state", "language", "id"],
                name="comment_languages",
                condition=Q(thread=None),
            ),
            models.Index(fields=["fingerprint", "created_at"], name="comment_repeated"),
            models.Index(fields=["email"], name="comment_by_address", condition=~Q(email="")),
            models.Index(fields=["state", "created_at"], name="comment_kept"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def stands(self) -> State:
        return State(self.state)

    @property
    def shown_name(self) -> str:
        """Who says this; nobody is named once an author's traces are erased."""
        return (self.author.name if self.author else self.name) or str(_("Somebody"))

    @property
    def is_shown(self) -> bool:
        """Whether readers see the words themselves."""
        return self.state == State.APPROVED

    @property
    def anchor(self) -> str:
        return f"comment-{self.pk}"


class Transition(models.Model):
    """One step of a comment: from where to where, who did it, when and why. Never changed."""

    class Actor(models.TextChoices):
        AUTHOR = "author", _("the author")
        TEAM = "team", _("the team")
        READERS = "readers", _("readers’ reports")
        RULE = "rule", _("a rule of the site")

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="transitions")
    before = models.CharField(max_length=12, blank=True, choices=State.choices)
    after = models.CharField(max_length=12, choices=State.choices)
    actor = models.CharField(max_length=10, choices=Actor.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    why = models.CharField(max_length=40, blank=True, help_text="Such as “edited” or “reports”.")
    reason = models.TextField(blank=True, help_text="In words, as the author was told.")
    waited = models.PositiveIntegerField(null=True, blank=True, help_text="In seconds.")
    waiting_before = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(help_text="Of the comment, after this step.")
    batch = models.UUIDField(null=True, blank=True, help_text="What one click did together.")

    class Meta:
        verbose_name = _("step of a comment")
        verbose_name_plural = _("steps of comments")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(after__in=State.values) & Q(before__in=["", *State.values]),
                name="transition_states_known",
            ),
            models.UniqueConstraint(
                fields=["comment", "version"], name="transition_one_for_each_version"
            ),
            models.CheckConstraint(
                condition=~Q(after="rejected") | ~Q(reason="") | Q(why="undone"),
                name="transition_rejection_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="step_batch"),
            models.Index(fields=["at"], name="step_at"),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.before} → {self.after}"

    @property
    def why_in_words(self) -> str:
        """Say why, where the new state alone does not."""
        return str(WHY.get(self.why, ""))

    @property
    def who(self) -> str:
        """Name the moderator; authors and readers are named by what they are."""
        if self.actor == self.Actor.TEAM and self.by:
            return self.by.name
        return str(self.Actor(self.actor).label)


class Report(models.Model):
    """A reader says that a comment should not stand there; one a person."""

    class Reason(models.TextChoices):
        HURTFUL = "hurtful", _("It insults or threatens somebody")
        PRIVATE = "private", _("It says something private about somebody")
        FALSE = "false", _("It is false and does harm")
        ADVERTISING = "advertising", _("It is advertising")
        OTHER = "other", _("Something else")

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="reports")
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
    text = models.CharField(_("in your words"), max_length=500, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    sender = models.CharField(max_length=32, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "author"],
                condition=Q(author__isnull=False),
                name="report_once_a_member",
            ),
            models.UniqueConstraint(
                fields=["comment", "sender"],
                condition=~Q(sender="") & Q(author=None),
                name="report_once_a_visitor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.reason}"


class ReadyReason(models.Model):
    """A reason that moderators give often: the author reads it in their own language."""

    name = models.CharField(_("name"), max_length=80, help_text=_("What moderators choose by."))
    text = models.TextField(_("text"), max_length=1000, help_text=_("What the author reads."))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_offered = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("ready reason")
        verbose_name_plural = _("ready reasons")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Rules(models.Model):
    """The one row of what moderators decide together."""

    hidden_after = models.PositiveSmallIntegerField(
        _("reports that hide a comment"),
        default=3,
        help_text=_("A comment that so many readers report is hidden until a moderator looks."),
    )

    class Meta:
        verbose_name = _("rules of moderation")
        verbose_name_plural = _("rules of moderation")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="rules_one_row"),
            models.CheckConstraint(condition=Q(hidden_after__gte=1), name="rules_one_report"),
        ]

    def __str__(self) -> str:
        return str(_("rules of moderation"))

    @classmethod
    def current(cls) -> Rules:
        """Return the rules; the default ones while nobody has changed them."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
