"""The people of the demonstration: one for each role."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from smartwiki.accounts.models import Grant, User

PASSWORD = "smartwiki-demo"  # noqa: S105 (shown to everybody who tries the demonstration)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    email: str
    name: str
    described: str
    language: str = "fr"
    role: str = ""
    languages: tuple[str, ...] = ("",)
    administrator: bool = False


ACCOUNTS = (
    DemoAccount("reader@example.org", "Lucie Lectrice", "member, reads"),
    DemoAccount(
        "editor@example.org",
        "Edgar Éditeur",
        "editor in every language",
        role=Grant.Role.EDITOR,
    ),
    DemoAccount(
        "translator@example.org",
        "Veerle Vertaler",
        "translator, publishes in Dutch",
        language="nl",
        role=Grant.Role.EDITOR,
        languages=("nl",),
    ),
    DemoAccount(
        "moderator@example.org", "Mona Modératrice", "moderator", role=Grant.Role.MODERATOR
    ),
    DemoAccount("lead@example.org", "Pablo Projet", "project lead", role=Grant.Role.PROJECT_LEAD),
    DemoAccount("admin@example.org", "Ada Admin", "administrator", administrator=True),
)


def create_demo_accounts() -> None:
    """Make the accounts that are not there yet; those that are stay as they are."""
    password = make_password(PASSWORD)  # once, since it takes long on purpose
    for account in ACCOUNTS:
        if User.objects.filter(email=account.email).exists():
            continue
        user = User.objects.create_user(
            account.email,
            name=account.name,
            language=account.language,
            is_staff=account.administrator,
            is_superuser=account.administrator,
        )
        User.objects.filter(pk=user.pk).update(password=password)
        if account.role:
            user.grant(account.role, account.languages)
