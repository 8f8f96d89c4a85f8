"""A site with one of everything that somebody may not see, each with a word to look for."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone, translation

from articles import tree
from articles.models import Draft, Media
from articles.publishing import Change, Text
from articles.suggesting import suggestions
from projects.models import CallResponse
from smartwiki.accounts.models import User
from smartwiki.audit import record
from smartwiki.files.keeping import keep
from tests.comments.helpers import say_and_confirm
from tests.guides import MEMBERS, STAFF, make_guide, make_user
from tests.projects.helpers import make_call, make_lead, make_project

# What each word is in, and which of the crawlers may come across it.
TEAM = {"editor", "nl-editor", "moderator", "lead", "admin"}
EDITORS = {"editor", "nl-editor", "admin"}
SECRETS = {
    "zzmembers": {"member", *TEAM},  # a guide for members
    "zzstaff": TEAM,  # a guide for the team, and its file
    "zzdraft": EDITORS,  # a guide that is not published
    "zzdeleted": EDITORS,
    "zzsuggested": {"editor", "admin"},  # what a member proposed in French
    "zzunsaved": set(),  # what another editor has not saved yet
    "zzproject": {"admin"},  # a project that is not published
    "zzanswer": {"admin"},  # to the call of another lead
    "zzpending": {"moderator", "admin"},  # a comment that waits
    "zzlogged": {"admin"},  # in the audit log
}
# Addresses are for those who have to write to people, and for administrators.
SECRETS |= {"answerer@secret.example": {"admin"}, "commenter@secret.example": set()}
ROLES = ["visitor", "member", "editor", "nl-editor", "moderator", "lead"]


def people() -> dict[str, User]:
    return {
        "member": make_user("member"),
        "editor": make_user("editor", "editor"),
        "nl-editor": make_user("nleditor", "editor", "nl"),
        "moderator": make_user("moderator", "moderator"),
        "lead": make_lead("otherlead"),
    }


def fill() -> None:
    """Make the site; numbers stay small, so that a crawler meets them all."""
    author, owner = make_user("author"), make_user("owner", "editor")
    public = make_guide("Public")
    make_guide("Membres", text="zzmembers", visibility=MEMBERS)
    staff = make_guide("Equipe", text="zzstaff", visibility=STAFF)
    make_guide("Brouillon zzdraft", text="zzdraft", draft=True, slug="brouillon")
    tree.delete_guide(make_guide("Fini zzdeleted", text="zzdeleted", slug="fini"))
    upload = SimpleUploadedFile("zzfile.pdf", b"%PDF-1.4\nzzstaff\n%%EOF\n")
    keep(Media(guide=staff, added_by=owner), upload, language="fr", alt="zzstaff")
    text = public.translations.get()
    suggestions.suggest(
        text, Text("Public", "zzsuggested"), Change(author=author), base=text.published
    )
    Draft.objects.create(author=owner, guide=public, language="fr", text="zzunsaved")
    lead = make_lead("theirlead")
    make_project("zzproject", lead=lead, slug_fr="cache", is_published=False)
    project = make_project("Ouvert", lead=lead)
    CallResponse.objects.create(
        call=make_call(project),
        name="zzanswer",
        email="answerer@secret.example",
        message="zzanswer",
        language="fr",
        consented_at=timezone.now(),
    )
    say_and_confirm(project, "zzpending", email="commenter@secret.example")
    record(owner, "guide.moved", public, address="zzlogged")


NUMBERS = [1, 2, 3, 4, 5]
VALUES: dict[str, list[object]] = {
    "path": ["membres", "equipe", "brouillon", "fini"],
    "name": ["zzfile.pdf"],
    "width": [480],
    "language": ["fr"],
    "kind": ["appel", "objectif"],
    "slug": ["ouvert", "cache"],
    "number": [1, 2],
    "part_pk": [1, 2],
    "answer_pk": [1],
    "batch": [UUID(int=1)],
    "section": ["guides"],
    "uidb36": ["1"],
}


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, dict]]:
    """Yield every address of the site but those of Django's admin, with its parameters."""
    resolver = resolver or get_resolver()
    for each in resolver.url_patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            if each.namespace != "admin":
                yield from patterns(each, route)
        elif isinstance(each, URLPattern):
            yield route, each.pattern.converters


def addresses(most: int = 100) -> list[str]:
    """Return each address of the site in French with each value that could lead somewhere.

    `most`: how many of one pattern.
    """
    found = []
    with translation.override("fr"):
        for route, _converters in patterns():
            names = re.findall(r"<(?:\w+:)?(\w+)>", route)
            choices = [VALUES.get(name, NUMBERS if name == "pk" else ["x"]) for name in names]
            for values in itertools.islice(itertools.product(*choices), most):
                address = route
                for name, value in zip(names, values, strict=True):
                    address = re.sub(rf"<(?:\w+:)?{name}>", str(value), address, count=1)
                found.append("/" + address)
    return found
