"""Do pages stay as quick when a site grows? Every page and desk, on sites of several sizes.

    python -m bench growth --guides 100 10000 100000

Makes a site of each size (see `bench.population`), on SQLite or on the PostgreSQL server that
POSTGRES_URL names, asks each for the same pages in turn, each page made anew, and compares the p95
of the largest with that of the smallest whose page is as full: a list of ten is not a list of
fifty. Then fills the memory of a worker of each site (see `bench.memory`). Keeps what it measured
in bench/results/growth.json, for each database what was measured on it last, and draws a curve for
each page beside it, and for the memory.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from bench.curves import curves
from bench.memory import MOST_MEGABYTES, worker_memory
from bench.population import Size
from tests.demonstration import new_database
from tests.servers import ROOT, manage, production_environment

if TYPE_CHECKING:
    from django.test import Client

RESULTS = ROOT / "bench/results"
KEPT = RESULTS / "growth.json"
MOST_RATIO = 1.2
AS_FULL = 0.9  # of the bytes of the largest site's page
ROUNDS = 40
SIZES = {  # by the number of guides
    100: Size(guides=100, projects=50, talk=100, comments=1_000, people=100),
    1_000: Size(guides=1_000, projects=150, talk=1_000, comments=10_000, people=500),
    10_000: Size(guides=10_000, projects=500, talk=10_000, comments=100_000, people=3_000),
    100_000: Size(guides=100_000, projects=500, talk=10_000, comments=1_000_000, people=30_000),
}
SEARCHES = "search"  # in the names of pages that need the index


def main(arguments: list[str]) -> None:
    """Make, measure, print and draw; fails when a page misses what we aim at."""
    parser = argparse.ArgumentParser(prog="python -m bench growth", description=__doc__)
    parser.add_argument(
        "--guides", type=int, nargs="+", default=[100, 1_000, 10_000], choices=SIZES
    )
    parser.add_argument("--on", choices=("SQLite", "PostgreSQL"), help="measure on this alone")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", default="", help="pages whose name has this")
    parser.add_argument("--keep", type=Path, help="where sites are kept for the next run")
    parser.add_argument("--without-search", action="store_true", help="its index takes longest")
    asked = parser.parse_args(arguments)
    databases = {"SQLite": ""}
    if url := os.environ.get("POSTGRES_URL", ""):
        databases["PostgreSQL"] = url
    kept: dict[str, Measured] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    missed = []
    for database, url in databases.items():
        if asked.on not in (None, database):
            continue
        kept[database] = Measured(guides=asked.guides, p50={}, p95={}, megabytes=[])
        os.environ["DATABASE_URL"] = url
        print(f"{database}: {', '.join(f'{each:,}' for each in asked.guides)} guides", flush=True)
        measured, kept[database]["megabytes"] = _measured(asked)
        for page, answers in measured.items():
            p95 = [statistics.quantiles(each.milliseconds, n=20)[-1] for each in answers]
            p50 = [statistics.median(each.milliseconds) for each in answers]
            kept[database]["p50"][page] = [round(each, 2) for each in p50]
            kept[database]["p95"][page] = [round(each, 2) for each in p95]
            first = _first_as_full([statistics.mean(each.sizes) for each in answers])
            shown = " → ".join(f"{each:7.1f}" for each in p95)
            told = "was never as full before"
            if first < len(p95) - 1:
                ratio = p95[-1] / p95[first]
                told = f"{ratio:.2f}  (p50 {p50[-1] / p50[first]:.2f})"
                told += f"  as full from {asked.guides[first]:,} guides on" if first else ""
                if ratio > MOST_RATIO:
                    missed.append(f"{database}: {page}")
            print(f"  {page:36} p95 {shown} ms  {told}", flush=True)
        shown = " → ".join(f"{each:7.1f}" for each in kept[database]["megabytes"])
        print(f"  {'a worker':36} {shown} MB  ≤ {MOST_MEGABYTES}", flush=True)
        if max(kept[database]["megabytes"], default=0) > MOST_MEGABYTES:
            missed.append(f"{database}: memory")
    if not asked.only and len(asked.guides) > 1:
        RESULTS.mkdir(parents=True, exist_ok=True)
        KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")
        _draw(kept)
    print(f"More than {MOST_RATIO} times: {', '.join(missed)}" if missed else "None grows.")
    sys.exit(bool(missed))


def _first_as_full(sizes: list[float]) -> int:
    """Return the place of the first of pages that holds about as much as the last does."""
    return next(place for place, size in enumerate(sizes) if size >= AS_FULL * sizes[-1])


class Measured(TypedDict):
    """On one database, at each number of guides: milliseconds by page, and a worker's memory."""

    guides: list[int]
    p50: dict[str, list[float]]
    p95: dict[str, list[float]]
    megabytes: list[float]


def _draw(kept: dict[str, Measured]) -> None:
    """Draw a page's curve on each database, up to as many guides as were tried on it."""
    guides = max((each["guides"] for each in kept.values()), key=len)
    lines: dict[str, dict[str, list[float]]] = defaultdict(dict)
    memory: dict[str, list[float]] = {}
    for database, measured in kept.items():
        if measured["guides"] == guides[: len(measured["guides"])]:
            if measured.get("megabytes"):
                memory[database] = measured["megabytes"]
            for page in measured["p50"]:
                lines[page][f"{database} p50"] = measured["p50"][page]
                lines[page][f"{database} p95"] = measured["p95"][page]
    for page, drawn in lines.items():
        picture = curves(f"{page}: time of an answer", "guides", "milliseconds", guides, drawn)
        name = "".join(each if each.isalnum() else "-" for each in page.lower())
        (RESULTS / f"growth-{name}.svg").write_text(picture, encoding="utf-8")
    if memory:
        picture = curves("memory of a worker", "guides", "megabytes", guides, memory)
        (RESULTS / "growth-memory.svg").write_text(picture, encoding="utf-8")


class Answers(NamedTuple):
    """Of one page of one site: how long each answer took, and its bytes."""

    milliseconds: list[float]
    sizes: list[int]


def _measured(asked: argparse.Namespace) -> tuple[dict[str, list[Answers]], list[float]]:
    """Return what was measured of every page, and a worker's megabytes, in the order of sizes.

    Each page is asked of all sites in turn, so that whatever else the machine does concerns all.
    """
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(TemporaryDirectory())) if not asked.keep else asked.keep
        environments = [
            made_site(
                SIZES[number], scratch / f"growth-{number}", with_search=not asked.without_search
            )
            for number in asked.guides
        ]
        sites = [stack.enter_context(_asking(environment)) for environment in environments]
        names = [
            each
            for each in json.loads(sites[0](""))
            if asked.only in each and not (asked.without_search and SEARCHES in each)
        ]
        found = {name: [Answers([], []) for _site in sites] for name in names}
        for turn in range(asked.rounds + 2):
            for name in names:
                for answers, ask in zip(found[name], sites, strict=True):
                    milliseconds, size = json.loads(ask(name))
                    if turn > 1:  # the first ones warm up
                        answers.milliseconds.append(milliseconds)
                        answers.sizes.append(size)
        if asked.only or asked.without_search:
            return found, []
        return found, [round(worker_memory(environment), 1) for environment in environments]


@contextmanager
def _asking(environment: dict[str, str]) -> Iterator[Callable[[str], str]]:
    """Start a process with a site; asked for "", it names the pages that it has."""
    command = [sys.executable, "-m", "bench.growth"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=-1, stdout=-1, text=True
    ) as process:
        assert process.stdin and process.stdout  # noqa: S101 (both are pipes)
        stdin, stdout = process.stdin, process.stdout

        def ask(page: str) -> str:
            stdin.write(f"{page}\n")
            stdin.flush()
            return stdout.readline()

        yield ask
        stdin.close()


def made_site(size: Size, folder: Path, *, with_search: bool = True) -> dict[str, str]:
    """Make a site in `folder`, or take the one that is there; return its environment."""
    database = "postgresql" if os.environ["DATABASE_URL"] else "sqlite"
    folder = folder / database
    kept, indexed = folder / "environment.json", folder / "indexed"
    if kept.exists():
        environment: dict[str, str] = json.loads(kept.read_text())
    else:
        folder.mkdir(parents=True, exist_ok=True)
        more = new_database(f"growth{size.guides}")
        environment = production_environment(folder, SEARCH_WORKER="0", **more)
        environment |= {"SEARCH_ENGINE": "postgresql"} if more else {}
        environment["DJANGO_SETTINGS_MODULE"] = "smartwiki.settings"
        manage(environment, "migrate", "--verbosity=0")
        manage(environment, "collectstatic", "--no-input", "--verbosity=0")
        options = [f"--{name}={value}" for name, value in asdict(size).items()]
        command = [sys.executable, "-m", "bench.population", *options]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        kept.write_text(json.dumps(environment))
    if with_search and not indexed.exists():
        command = [sys.executable, "manage.py", "search_rebuild"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        indexed.touch()
    return environment


# In the process of one site


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

    def one(client: Client, *addresses: str) -> Callable[[], tuple[float, int]]:
        return lambda: _measure(client, chance.choice(addresses))

    def at(name: str, *values: object) -> str:
        return address(name, *values)

    guide_pages = [f"/fr/guides/{path}/" for path in paths]
    first, own = at("projects:project", talked.slug_for("fr")), talked.slug_for("fr")
    words = ("facture", "contrat maladie", "note de frais", "congé")
    dashboard = at("desk:dashboard")
    return {
        "visitor: guide": one(visitor, *guide_pages),
        "visitor: guide that is not there": one(visitor, *(f"{p[:-1]}x/" for p in guide_pages)),
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
            visitor, *(at("comments:comment", own, pk) for pk in spoken)
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
        "member: suggest": one(member, *(at("suggestions:suggest", pk) for pk in _public(guides))),
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


def _public(guides: list[int]) -> list[int]:
    from articles.models import Guide

    return list(Guide.objects.filter(pk__in=guides, audience=0).values_list("pk", flat=True))


def _topic() -> int:
    from articles.models import Guide

    return Guide.objects.filter(depth=0, audience=0).order_by("pk")[0].pk


def _client(person: object = None) -> Client:
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1", headers={"Sec-Fetch-Site": "same-origin"})
    if person is not None:
        client.force_login(person)  # type: ignore[arg-type]
    return client


def _measure(client: Client, path: str) -> tuple[float, int]:
    """Return how many milliseconds an answer took, and its bytes."""
    started = time.perf_counter()
    answer = client.get(path)
    spent = 1000 * (time.perf_counter() - started)
    if answer.status_code not in (200, 302, 404):
        raise RuntimeError(f"{path}: {answer.status_code}")
    return spent, len(answer.content)


if __name__ == "__main__":
    _answer()
