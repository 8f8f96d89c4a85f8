"""Plain helpers that make projects, and what belongs to them."""

import re
import time
from datetime import timedelta

from django.core import signing
from django.urls import reverse
from django.utils import timezone, translation

from projects import publishing
from projects.models import Call, Project, Update
from smartwiki import spam
from smartwiki.accounts.models import Grant, User
from tests.guides import make_user

LEAD, EDITOR, MODERATOR = Grant.Role.PROJECT_LEAD, Grant.Role.EDITOR, Grant.Role.MODERATOR


def make_project(title: str = "Un wiki", lead: User | None = None, **fields) -> Project:
    """Make a published project with its French title."""
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    values = {"title_fr": title, "slug_fr": slug, "status": "in_progress", "is_published": True}
    project = Project.objects.create(**(values | fields))
    if lead:
        project.leads.add(lead)
    return project


def make_lead(name: str = "lead") -> User:
    return make_user(name, LEAD)


def make_call(project: Project, opens: int = -1, closes: int | None = 1, **fields) -> Call:
    """Make a call that opens and closes that many days from now."""
    now = timezone.now()
    values = {
        "title_fr": "Aidez-nous",
        "opens_at": now + timedelta(days=opens),
        "closes_at": None if closes is None else now + timedelta(days=closes),
    }
    return Call.objects.create(project=project, **(values | fields))


def make_update(project: Project, title: str = "Du neuf", **fields) -> Update:
    return publishing.publish_update(Update(project=project, title_fr=title, **fields))


def address(name: str, *args, language: str = "fr") -> str:
    """Return the path of a page in `language`."""
    with translation.override(language):
        return reverse(name, args=args)


def page_of(project: Project, language: str = "fr", name: str = "project") -> str:
    return address(f"projects:{name}", project.slug_for(language), language=language)


class _Earlier(signing.TimestampSigner):
    seconds = 0

    def timestamp(self) -> str:
        return signing.b62_encode(int(time.time()) - self.seconds)


def shown(seconds_ago: int) -> str:
    """Return what a form carries that was shown that long ago."""
    signer = _Earlier(salt=spam.SALT)
    signer.seconds = seconds_ago
    return signer.sign("shown")


def answer(seconds_ago: int = 60, **fields) -> dict[str, str]:
    """Return a filled-in answer to a call."""
    return {
        "name": "Ana",
        "email": "ana@example.org",
        "message": "Moi, j’en ai fait un.",
        "consent": "on",
        "website": "",
        "shown_at": shown(seconds_ago),
    } | fields
