"""Plain helpers that make comments and what happens to them."""

from django.utils import timezone

from projects.comments import moderation, speaking, tokens
from projects.comments.moderation import APPROVE, Decision
from projects.models import Comment, Project
from smartwiki.accounts.models import Grant, User
from smartwiki.notify.models import Message
from tests.guides import make_user
from tests.projects.helpers import address, shown


def make_moderator(name: str = "mona") -> User:
    return make_user(name, Grant.Role.MODERATOR)


def say(
    project: Project,
    body: str = "Et la fondation française ?",
    author: User | None = None,
    email: str = "ana@example.net",
    **fields,
) -> Comment:
    """Post a comment; a visitor's is not confirmed yet."""
    values = {"project": project, "body": body, "author": author, "language": "fr"}
    if author is None:
        values |= {"name": "Ana", "email": email}
    return speaking.post(Comment(**(values | fields)))


def say_and_confirm(project: Project, body: str = "Bonjour à tous.", **fields) -> Comment:
    comment = say(project, body, **fields)
    if comment.state == "unconfirmed":
        comment, _is_new = speaking.confirm(comment.pk)
    return comment


def approve(comment: Comment, by: User | None = None) -> Comment:
    by = by or User.objects.filter(grants__role="moderator").first() or make_moderator()
    moderation.decide(comment.pk, Decision(APPROVE, by), seen=comment.version)
    comment.refresh_from_db()
    return comment


def published(project: Project, body: str = "Bien vu.", **fields) -> Comment:
    """Make a comment that everybody reads."""
    return approve(say_and_confirm(project, body, **fields))


def many(project: Project, number: int, state: str = "approved", **fields) -> list[Comment]:
    """Make many comments at once, without their steps."""
    now = timezone.now()
    waiting = now if state in ("pending", "hidden") else None
    values = {"project": project, "state": state, "language": "fr", "name": "Ana"} | fields
    return Comment.objects.bulk_create(
        [
            Comment(
                **values,
                body=f"Commentaire {each}",
                fingerprint=str(each),
                email=f"ana{each}@example.net",
                approved_at=now,
                waiting_since=waiting,
                created_at=now,
            )
            for each in range(number)
        ]
    )


def page(project: Project, name: str = "conversation", *args, language: str = "fr") -> str:
    return address(f"comments:{name}", project.slug_for(language), *args, language=language)


def desk(name: str, *args, language: str = "fr") -> str:
    return address(f"moderation:{name}", *args, language=language)


def own_page(comment: Comment, name: str = "own") -> str:
    purpose = tokens.CONFIRM if name == "confirm" else tokens.AUTHOR
    return address(f"comments:{name}", tokens.token_for(comment.pk, purpose))


def form(seconds_ago: int = 60, **fields) -> dict[str, str]:
    """Return a visitor's filled-in comment."""
    return {
        "text": "Et la fondation française ?",
        "name": "Ana",
        "email": "ana@example.net",
        "language": "fr",
        "website": "",
        "shown_at": shown(seconds_ago),
    } | fields


def mails(kind: str = "") -> list[Message]:
    found = Message.objects.order_by("pk")
    return list(found.filter(kind=kind) if kind else found)


def steps(comment: Comment) -> list[str]:
    return list(comment.transitions.order_by("version").values_list("after", flat=True))
