"""A site of `bench.growth` in a process of its own, which says how long a page takes it.

A line of standard input names a page, and is answered with [milliseconds, bytes]; an empty one is
answered with the names of all pages.
"""

from __future__ import annotations

import json
import logging
import random
import sys
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

    from smartwiki.accounts.models import User


def _answer() -> None:
    import django

    django.setup()

    from articles.reading import readings
    from smartwiki import hardening, member_cache, visitor_cache
    from smartwiki.warming import warm_up

    warm_up()
    hardening.SENT_A_MINUTE = sys.maxsize
    logging.disable(logging.ERROR)
    pages = _pages()
    for line in sys.stdin:
        name = line.strip()
        if not name:
            print(json.dumps(list(pages)), flush=True)
            continue
        for kept in (visitor_cache._pages, visitor_cache._answers, member_cache._pages):
            kept.clear()
        readings._sent.clear()
        print(json.dumps(pages[name]()), flush=True)


def _pages() -> dict[str, Callable[[], tuple[float, int]]]:
    """Return how each page is asked for: another guide or person every time."""
    from articles.models import Guide, Translation
    from projects.models import Call, Comment, Project
    from smartwiki.accounts.models import User
    from tests.guides import make_user
    from tests.projects.helpers import address

    chance = random.Random(5)
    paths = list(
        Translation.objects.filter(language="fr", guide__audience=0, guide__depth__gte=1)
        .order_by("?")
        .values_list("path", flat=True)[:500]
    )
    guides = list(
        Guide.objects.filter(depth__gte=1).order_by("?").values_list("pk", flat=True)[:500]
    )
    translated = list(
        Translation.objects.filter(language="nl", guide__source_language="fr")
        .order_by("?")
        .values_list("guide", flat=True)[:500]
    )
    talked, quiet = Project.objects.order_by("pk")[0], Project.objects.order_by("pk")[9]
    talk = Comment.objects.filter(project=talked, state="approved", thread=None)
    answered = (
        talk.filter(answers__state="approved").order_by("?").values_list("pk", flat=True)[:50]
    )
    spoken = list(answered)
    waiting = list(Comment.objects.waiting().values_list("pk", flat=True)[:50])
    call = Call.objects.filter(project=talked)[0]

    people = {
        name: User.objects.filter(email=f"{name}@example.org").first() or make_user(name, role)
        for name, role in (
            ("reader", ""),
            ("editor", "editor"),
            ("moderator", "moderator"),
        )
    }
    lead = User.objects.get(email="member0@example.org")
    lead.grant("project_lead")
    administrator = User.objects.filter(is_superuser=True).first() or User.objects.create_superuser(
        "administrator@example.org", "secret-word", name="Administrator"
    )
    visitor = _client()
    member, editor = _client(people["reader"]), _client(people["editor"])
    moderator, leader, admin = _client(people["moderator"]), _client(lead), _client(administrator)

    def one(
        client: Client, *addresses: str, status: HTTPStatus = HTTPStatus.OK
    ) -> Callable[[], tuple[float, int]]:
        return lambda: _measure(client, chance.choice(addresses), status)

    def at(name: str, *values: object) -> str:
        return address(name, *values)

    guide_pages = [f"/fr/guides/{path}/" for path in paths]
    first, own = at("projects:project", talked.slug_for("fr")), talked.slug_for("fr")
    words = ("facture", "contrat maladie", "note de frais", "congé")
    dashboard = at("desk:dashboard")
    return {
        "visitor: guide": one(visitor, *guide_pages),
        "visitor: guide that is not there": one(
            visitor, *(f"{p[:-1]}x/" for p in guide_pages), status=HTTPStatus.NOT_FOUND
        ),
        "visitor: home": one(visitor, "/fr/", "/nl/"),
        "visitor: tree": one(visitor, at("articles:tree")),
        "visitor: overview of projects": one(visitor, at("projects:overview")),
        "visitor: overview, filtered": one(visitor, f"{at('projects:overview')}?status=planned"),
        "visitor: status page": one(visitor, first),
        "visitor: another status page": one(visitor, at("projects:project", quiet.slug_for("fr"))),
        "visitor: conversation": one(visitor, at("comments:conversation", own)),
        "visitor: conversation, last page": one(
            visitor, f"{at('comments:conversation', own)}?page=last"
        ),
        "visitor: thread": one(visitor, *(at("comments:thread", own, pk) for pk in spoken)),
        "visitor: comment's address": one(
            visitor,
            *(at("comments:comment", own, pk) for pk in spoken),
            status=HTTPStatus.FOUND,
        ),
        "visitor: call": one(visitor, at("projects:call", own, call.pk)),
        "visitor: feed of all": one(visitor, at("projects:feed-of-all")),
        "visitor: feed of one": one(visitor, at("projects:feed", own)),
        "visitor: calendar of one": one(visitor, at("projects:calendar", own)),
        "visitor: sitemap": one(visitor, "/sitemap.xml"),
        "visitor: search": one(visitor, *(f"/fr/recherche/?q={each}" for each in words)),
        "visitor: search, one guide": one(
            visitor, *(f"/fr/recherche/?q=%22Guide+{pk}%22" for pk in guides)
        ),
        "visitor: search, a slip": one(
            visitor, *(f"/fr/recherche/?q={each}" for each in ("factrue", "contart", "congerr"))
        ),
        "visitor: search, completion": one(
            visitor, *(f"{at('search-complete')}?q={each}" for each in ("fac", "cont", "mal"))
        ),
        "member: guide": one(member, *guide_pages),
        "member: home": one(member, "/fr/"),
        "member: status page": one(member, first),
        "member: own comments": one(member, at("comments:all-mine")),
        "member: follows": one(member, at("follow:mine")),
        "member: suggest": one(
            member, *(at("suggestions:suggest", pk) for pk in _public_texts(guides))
        ),
        "editor: guide": one(editor, *guide_pages),
        "editor: dashboard": one(editor, dashboard),
        "editor: dashboard, to do": one(editor, f"{dashboard}?state=to-do"),
        "editor: dashboard, badly outdated": one(editor, f"{dashboard}?state=badly&language=nl"),
        "editor: dashboard, one topic": one(editor, f"{dashboard}?topic={_topic()}"),
        "editor: my work": one(editor, at("desk:mine")),
        "editor: over time": one(editor, at("desk:over-time")),
        "editor: readers' voices": one(editor, at("desk:voices")),
        "editor: edit": one(editor, *(at("writing:edit", pk, "fr") for pk in guides)),
        "editor: history": one(editor, *(at("writing:history", pk, "fr") for pk in guides)),
        "editor: new guide": one(editor, at("writing:new")),
        "editor: place": one(editor, *(at("writing:place", pk) for pk in guides)),
        "editor: plan": one(editor, *(at("desk:plan", pk) for pk in guides)),
        "editor: deleted": one(editor, at("writing:deleted")),
        "editor: side by side": one(
            editor, *(at("translating:work", pk, "nl") for pk in translated)
        ),
        "editor: what is asked": one(editor, at("search-asked")),
        "moderator: queue": one(moderator, at("moderation:queue")),
        "moderator: comment": one(moderator, *(at("moderation:review", pk) for pk in waiting)),
        "lead: projects": one(leader, at("project_desk:index")),
        "lead: project": one(leader, at("project_desk:project", talked.pk)),
        "administrator: people": one(admin, at("accounts:people")),
        "administrator: people called": one(admin, f"{at('accounts:people')}?q=member7%40"),
        "administrator: audit log": one(admin, at("audit:log")),
        "administrator: audit, one event": one(admin, f"{at('audit:log')}?event=guide.moved"),
    }


def _public_texts(guides: list[int]) -> list[int]:
    from articles.models import Translation

    texts = Translation.objects.filter(guide__in=guides, guide__audience=0)
    return list(texts.values_list("pk", flat=True))


def _topic() -> int:
    from articles.models import Guide

    return Guide.objects.filter(depth=0, audience=0).order_by("pk")[0].pk


def _client(person: User | None = None) -> Client:
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1", headers={"Sec-Fetch-Site": "same-origin"})
    if person is not None:
        client.force_login(person)
    return client


def _measure(client: Client, path: str, status: HTTPStatus) -> tuple[float, int]:
    """Return how many milliseconds an answer took, and its bytes.

    Raises RuntimeError when it has another status.
    """
    started = time.perf_counter()
    answer = client.get(path)
    spent = 1000 * (time.perf_counter() - started)
    if answer.status_code != status:
        raise RuntimeError(f"{path}: {answer.status_code}")
    return spent, len(answer.content)


if __name__ == "__main__":
    _answer()
