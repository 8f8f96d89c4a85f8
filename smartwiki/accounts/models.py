"""People and what they may do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import connection, models, transaction
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

GRANTED = "SELECT role, language FROM accounts_grant WHERE user_id = %s"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a person who signs in with `email`; without a password they cannot yet.

        Whoever calls this vouches for the address: it counts as confirmed.
        """
        from allauth.account.models import EmailAddress  # which needs this model first

        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        with transaction.atomic(using=self._db):
            user.save(using=self._db)
            EmailAddress.objects.using(self._db).create(
                user=user, email=user.email, verified=True, primary=True
            )
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create an administrator of everything."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())

    def editors(self, *, or_also: int = 0) -> models.QuerySet[User]:
        """Return who writes guides, in any language; and `or_also`, whoever that is."""
        granted = Grant.objects.filter(role=Grant.Role.EDITOR, user__is_active=True).values("user")
        administrators = self.filter(is_superuser=True, is_active=True).values("pk")
        other = self.filter(pk=or_also).values("pk")
        # A union finds each by an index; "or" would look at everybody.
        return self.filter(pk__in=granted.union(administrators, other)).order_by("name", "pk")


class User(AbstractUser):
    """A person, known by e-mail address; `name` is what others see."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("Somebody already signs in with this address.")},
    )
    name = models.CharField(_("name"), max_length=150)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_in_lower_case"
            )
        ]
        indexes = [
            models.Index(fields=["name", "id", "email"], name="user_by_name_with_email"),
            models.Index(
                fields=["id"], condition=models.Q(is_superuser=True), name="user_administrators"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @cached_property
    def granted(self) -> frozenset[tuple[str, str]]:
        """The (role, language) pairs that this person holds; language "" means every language.

        In SQL, since every page of somebody who is signed in asks for them.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT role, language FROM accounts_grant WHERE user_id = %s", [self.pk]
            )
            return frozenset(cursor.fetchall())

    @cached_property
    def lacks_second_factor(self) -> bool:
        """Whether the person's roles ask for a second factor (REQUIRE_SECOND_FACTOR) not set up."""
        of_team = settings.REQUIRE_SECOND_FACTOR == "team"
        if settings.REQUIRE_SECOND_FACTOR == "none" or not (
            self.is_superuser or (of_team and self.granted)
        ):
            return False
        from smartwiki.accounts import second_factor  # which needs this model first

        return not second_factor.has_one(self)

    def has_role(self, role: str, language: str = "") -> bool:
        """Say whether the person holds `role`, for `language` where one is given."""
        if not self.is_active or self.lacks_second_factor:
            return False
        if self.is_administrator:
            return True
        return any(
            held == role and held_for in ("", language or held_for)
            for held, held_for in self.granted
        )

    @property
    def is_administrator(self) -> bool:
        """Whether the person runs the site."""
        return self.is_active and self.is_superuser and not self.lacks_second_factor

    @property
    def is_team(self) -> bool:
        """Whether the person works for the cooperative here, in any role."""
        holds = self.is_superuser or bool(self.granted)
        return self.is_active and holds and not self.lacks_second_factor

    @property
    def is_editor(self) -> bool:
        """Whether the person writes guides, in at least one language."""
        return self.has_role(Grant.Role.EDITOR)

    @property
    def is_moderator(self) -> bool:
        """Whether the person decides which comments are published."""
        return self.has_role(Grant.Role.MODERATOR)

    @property
    def is_project_lead(self) -> bool:
        """Whether the person has a desk for projects; which ones is said by the projects."""
        return self.has_role(Grant.Role.PROJECT_LEAD)

    def grant(self, role: str, languages: Iterable[str] = ("",)) -> None:
        """Give a role, for each of `languages` or (default) for all of them."""
        for language in languages:
            self.grants.get_or_create(role=role, language=language)
        self.__dict__.pop("granted", None)


class Grant(models.Model):
    """One role of one person, and who gave it when."""

    class Role(models.TextChoices):
        EDITOR = "editor", _("editor")
        MODERATOR = "moderator", _("moderator")
        PROJECT_LEAD = "project_lead", _("project lead")

    user = models.ForeignKey(User, models.CASCADE, related_name="grants", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        choices=settings.LANGUAGES,
        help_text=_("The language in which an editor may publish; empty means every language."),
    )
    granted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "language"], name="grant_once_for_each_language"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["editor", "moderator", "project_lead"]),
                name="grant_role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} {self.language}".strip()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> Self:
        """Keep those that nobody has accepted."""
        return self.filter(accepted_at=None)


class Invitation(models.Model):
    """Somebody who was asked to make an account, and the role that they are to have."""

    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    role = models.CharField(_("role"), max_length=20, blank=True, choices=Grant.Role.choices)
    role_language = models.CharField(max_length=10, blank=True, choices=settings.LANGUAGES)
    invited_by = models.ForeignKey(
        User, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    invited_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=models.Q(accepted_at=None),
                name="invitation_waiting_once_for_an_address",
            )
        ]

    def __str__(self) -> str:
        return self.email
