"""Sites of any size, made through the real models: guides in four languages, projects, comments.

    VAR_DIR=… python -m bench.population --guides 10000 --projects 500 --comments 1000000

The tree has ten guides below each guide, as deep as there are enough of them; texts are put
together from paragraphs of the demonstration.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from articles.models import Guide
    from projects.models import Comment, Project
    from smartwiki.accounts.models import User

LANGUAGES = ("fr", "nl", "en", "de")
BRANCHES = 10  # guides below each guide
BATCH = 2_000  # guides at once
PARAGRAPHS = 6  # of each text
OUTDATED, MISSING = 10, 7  # one guide in so many
WIDTH = 30  # characters of a progress bar


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is: `talk` comments are on the first project, the others have the rest."""

    guides: int
    projects: int
    talk: int
    comments: int
    people: int

    @property
    def entries(self) -> int:
        """Of the audit log."""
        return 10 * self.guides


class Paragraph(NamedTuple):
    """A part of a text, and the HTML that our renderer makes of it."""

    text: str
    html: str


def populate(size: Size, report: Callable[[str, int, int], None]) -> None:
    """Fill an empty, migrated site; `report` is told what is made, how many, and of how many."""
    from django.db import connection

    chance = random.Random(19)
    people = _people(size.people)
    report("people", size.people, size.people)
    _guides(size.guides, people, chance, report)
    _answers(size.guides, chance)
    projects = _projects(size.projects, people, report)
    _comments(size, projects, people, chance, report)
    _log(size.entries, people, report)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # as it does by itself soon; SQLite never does


def bar(what: str, done: int, total: int) -> None:
    """Draw how far it is, and where nobody watches only that it is done."""
    if not sys.stderr.isatty() and done < total:
        return
    filled = WIDTH * done // max(total, 1)
    end = "\n" if done >= total else ""
    begin = "\r" if sys.stderr.isatty() else ""
    line = f"{begin}  {what:10} {'█' * filled}{'░' * (WIDTH - filled)} {done:,}/{total:,}{end}"
    print(line, end="", file=sys.stderr, flush=True)


def _people(number: int) -> list[User]:
    from smartwiki.accounts.models import User

    people = [
        User(email=f"member{each}@example.org", name=f"Member {each}") for each in range(number)
    ]
    return list(User.objects.bulk_create(people, batch_size=5_000))


# Guides


def _guides(
    number: int,
    people: Sequence[User],
    chance: random.Random,
    report: Callable[[str, int, int], None],
) -> None:
    from django.db.models import OuterRef, Subquery
    from wiki.models import Article, ArticleRevision

    known = _paragraphs()
    made, level = 0, [None]
    while made < number:
        below: list[Any] = []
        places = [(parent, each) for parent in level for each in range(BRANCHES)]
        for start in range(0, min(len(places), number - made), BATCH):
            some = places[start : start + min(BATCH, number - made)]
            guides = _places(some, made, people)
            _texts(guides, known, chance)
            below += guides
            made += len(guides)
            report("guides", made, number)
        level = below
    latest = ArticleRevision.objects.filter(article=OuterRef("pk")).order_by("-revision_number")
    Article.objects.update(current_revision=Subquery(latest.values("pk")[:1]))


def _places(
    places: Sequence[tuple[Guide | None, int]], made: int, people: Sequence[User]
) -> list[Guide]:
    from articles.models import Guide

    guides = [
        Guide(
            parent=parent,
            topic=(parent.topic or parent) if parent else None,
            depth=parent.depth + 1 if parent else 0,
            position=10 * (each + 1),
            source_language=LANGUAGES[number % 4] if number % 5 == 0 else "fr",
            audience=(audience := _audience(number, parent)),
            visibility=audience,
            owner=people[number % 50] if number % 3 == 0 else None,
            review_every=12 if number % 3 == 0 else None,
            icon="sprout",
        )
        for number, (parent, each) in enumerate(places, made)
    ]
    return list(Guide.objects.bulk_create(guides))


def _audience(number: int, parent: Guide | None) -> int:
    """Nine in ten guides are public; what is below one that is not is not either."""
    own = 0 if parent is None or number % 10 else 1 + number // 10 % 2
    return max(own, parent.audience if parent else 0)


def _texts(
    guides: Sequence[Guide], known: dict[str, list[Paragraph]], chance: random.Random
) -> None:
    """Give each guide its texts, published; some translations are behind, some are missing."""
    from django.utils import timezone
    from wiki.models import Article, ArticleRevision

    from articles.models import RevisionInfo, Translation

    now = timezone.now()
    texts = [
        (guide, code)
        for guide in guides
        for code in (guide.source_language, *(c for c in LANGUAGES if c != guide.source_language))
        if code in ("fr", guide.source_language) or (guide.pk + LANGUAGES.index(code)) % MISSING
    ]
    articles = Article.objects.bulk_create([Article() for _text in texts])
    revisions, infos = [], []
    for (guide, code), article in zip(texts, articles, strict=True):
        is_behind = code == guide.source_language and guide.pk % OUTDATED == 0
        for number in range(1, 3 if is_behind else 2):
            chosen = chance.sample(known[code], PARAGRAPHS)
            text = "\n\n".join(each.text for each in chosen)
            title = _title(guide, code)
            revisions.append(
                ArticleRevision(article=article, revision_number=number, title=title, content=text)
            )
            infos.append(
                RevisionInfo(
                    summary=chosen[0].text[:200],
                    significance="major" if guide.pk % 20 == 0 else "minor",
                    state="published",
                    published_at=now - timedelta(minutes=guide.pk),
                    html="\n".join(each.html for each in chosen),
                    rendered_with=_version(),
                )
            )
    ArticleRevision.objects.bulk_create(revisions, batch_size=2_000)
    for info, revision in zip(infos, revisions, strict=True):
        info.revision = revision
    first: dict[int, RevisionInfo] = {}  # of each article
    latest: dict[int, RevisionInfo] = {}
    for info in infos:
        first.setdefault(info.revision.article_id, info)
        latest[info.revision.article_id] = info
    RevisionInfo.objects.bulk_create(infos, batch_size=2_000)
    sources = {
        guide.pk: first[article.pk]
        for (guide, code), article in zip(texts, articles, strict=True)
        if code == guide.source_language
    }
    behind = []
    for (guide, code), article in zip(texts, articles, strict=True):
        if code != guide.source_language:
            info = first[article.pk]
            info.based_on = sources[guide.pk]
            behind.append(info)
    RevisionInfo.objects.bulk_update(behind, ["based_on"], batch_size=2_000)
    paths = _paths([guide.parent_id for guide in guides if guide.parent_id])
    Translation.objects.bulk_create(
        [
            Translation(
                guide=guide,
                language=code,
                article=article,
                title=_title(guide, code),
                slug=(slug := f"guide-{guide.pk}-{code}"),
                path=f"{above}/{slug}" if (above := _above(guide, code, paths)) else slug,
                summary=latest[article.pk].summary,
                published=latest[article.pk],
                changed_at=latest[article.pk].published_at,
                verified_on=now.date() - timedelta(days=guide.pk % 700),
            )
            for (guide, code), article in zip(texts, articles, strict=True)
        ],
        batch_size=2_000,
    )


def _title(guide: Guide, code: str) -> str:
    return f"Guide {guide.pk} ({code})"


def _paths(guides: Sequence[int]) -> dict[tuple[int, str], str]:
    from articles.models import Translation

    rows = Translation.objects.filter(guide__in=set(guides))
    return {(pk, code): path for pk, code, path in rows.values_list("guide", "language", "path")}


def _above(guide: Guide, code: str, paths: dict[tuple[int, str], str]) -> str:
    if guide.parent is None:
        return ""
    own = paths.get((guide.parent.pk, code))
    return own or paths[guide.parent.pk, guide.parent.source_language]


def _paragraphs() -> dict[str, list[Paragraph]]:
    """The demonstration's paragraphs by language, each rendered once."""
    from smartwiki.markdown import render

    known: dict[str, list[Paragraph]] = {code: [] for code in LANGUAGES}
    for file in sorted(Path("demo/guides").rglob("*.md")):
        code = file.suffixes[-2].lstrip(".")
        for text in file.read_text(encoding="utf-8").split("\n\n"):
            if text[:1].isalpha() and ":" not in text.split("\n")[0][:20] and "](" not in text:
                known[code].append(Paragraph(text, render(text, language=code).html))
    return known


def _version() -> int:
    from smartwiki.markdown import RENDERER_VERSION

    return RENDERER_VERSION


def _answers(guides: int, chance: random.Random) -> None:
    """What readers left: readings of four weeks, and one answer for each second guide."""
    from datetime import date

    from articles.models import Feedback, Reading, Translation

    today = date.today()
    texts = Translation.objects.order_by("pk").values_list("pk", "published")
    for some in _in_batches(texts.iterator(), 5_000):
        Reading.objects.bulk_create(
            Reading(translation_id=pk, day=today - timedelta(days=day), count=chance.randint(1, 90))
            for pk, _revision in some
            for day in (pk % 28, (pk + 9) % 28)
        )
        Feedback.objects.bulk_create(
            Feedback(translation_id=pk, revision_id=revision, helpful=bool(pk % 3))
            for pk, revision in some[::8]
        )


# Projects


def _projects(
    number: int, people: Sequence[User], report: Callable[[str, int, int], None]
) -> list[Project]:
    from django.utils import timezone

    from projects.models import Call, Facet, Milestone, Project, Update

    now = timezone.now()
    facets = Facet.objects.bulk_create(
        Facet(kind=kind, name_fr=f"{kind} {each}", position=each)
        for kind in ("category", "axis", "team", "office")
        for each in range(5)
    )
    projects = []
    for each in range(number):
        project = Project.objects.create(
            **{f"title_{code}": f"Projet {each} ({code})" for code in LANGUAGES},
            **{f"slug_{code}": f"projet-{each}-{code}" for code in LANGUAGES},
            body_fr="Ce que nous faisons.\n\nEt **pourquoi**.",
            summary_fr="Un projet parmi d’autres.",
            status=("in_progress", "planned", "postponed")[each % 3],
            launched=f"202{each % 6}",
            is_published=True,
            news_at=now - timedelta(hours=each),
        )
        project.facets.set(facets[each % 5 :: 5])
        projects.append(project)
        Update.objects.bulk_create(
            Update(
                project=project,
                title_fr=f"Nouvelle {n}",
                body_fr="Du neuf.",
                rendered={"body": {"fr": {"html": "<p>Du neuf.</p>", "with": _version()}}},
                published_at=now - timedelta(hours=each + 24 * n),
            )
            for n in range(8)
        )
        Milestone.objects.bulk_create(
            Milestone(project=project, title_fr=f"Étape {n}", due=f"2027-0{n + 1}")
            for n in range(4)
        )
        Call.objects.create(
            project=project, title_fr="Aidez-nous", closes_at=now + timedelta(days=each - 20)
        )
        report("projects", each + 1, number)
    for project in projects[:20]:
        project.leads.add(people[0])
    return projects


def _comments(
    size: Size,
    projects: Sequence[Project],
    people: Sequence[User],
    chance: random.Random,
    report: Callable[[str, int, int], None],
) -> None:
    """Nine in ten are published; one in three answers another."""
    from projects.models import Comment, Transition

    places = [projects[0]] * size.talk
    others = projects[1:]
    places += [others[each % len(others)] for each in range(size.comments - size.talk)]
    firsts: dict[int, list[Comment]] = {project.pk: [] for project in projects}
    made = 0
    for some in _in_batches(iter(places), size.talk // 4):
        comments = [
            _comment(made + each, project, people, chance, firsts[project.pk])
            for each, project in enumerate(some)
        ]
        Comment.objects.bulk_create(comments, batch_size=2_000)
        for comment in comments:
            if comment.thread_id is None and comment.state == "approved":
                firsts[comment.project_id] = [*firsts[comment.project_id][-50:], comment]
        Transition.objects.bulk_create(
            [
                Transition(comment=each, after=each.state, actor="author", at=each.created_at,
                           version=1, reason="Hors sujet." if each.state == "rejected" else "")
                for each in comments
            ],
            batch_size=5_000,
        )  # fmt: skip
        made += len(some)
        report("comments", made, size.comments)


def _comment(
    number: int,
    project: Project,
    people: Sequence[User],
    chance: random.Random,
    firsts: Sequence[Comment],
) -> Comment:
    from django.utils import timezone

    from projects.models import Comment

    at = timezone.now() - timedelta(minutes=5 * (1_000_000 - number))
    state = "approved" if number % 10 else ("pending", "rejected", "spam")[number // 10 % 3]
    thread = chance.choice(firsts) if firsts and number % 3 == 0 else None
    return Comment(
        project=project,
        thread=thread,
        language=LANGUAGES[number % 4],
        body=f"Question {number}. " + "Qu’en est-il de la fondation ? " * 5,
        state=state,
        author=people[number % len(people)],
        created_at=at,
        approved_at=at if state == "approved" else None,
        waiting_since=at if state == "pending" else None,
        fingerprint=str(number),
    )


def _log(number: int, people: Sequence[User], report: Callable[[str, int, int], None]) -> None:
    from django.utils import timezone

    from smartwiki.audit.models import Entry

    now, made = timezone.now(), 0
    for some in _in_batches(iter(range(number)), 20_000):
        Entry.objects.bulk_create(
            [
                Entry(
                    at=now - timedelta(minutes=number - each),
                    actor=people[each % 50].pk,
                    event=("guide.published", "guide.moved", "account.signed_in")[each % 3],
                    kind="articles.translation",
                    key=str(each % 1000),
                    label=f"Guide {each % 1000}",
                )
                for each in some
            ],
            batch_size=5_000,
        )
        made += len(some)
        report("log", made, number)


def _in_batches(items: Iterator[Any], size: int) -> Iterator[list[Any]]:
    from itertools import islice

    while some := list(islice(items, size)):
        yield some


def main(arguments: Sequence[str]) -> None:
    import django

    parser = argparse.ArgumentParser(prog="python -m bench.population", description=__doc__)
    parser.add_argument("--guides", type=int, default=100)
    parser.add_argument("--projects", type=int, default=50)
    parser.add_argument("--talk", type=int, default=100, help="comments on the first project")
    parser.add_argument("--comments", type=int, default=1_000, help="in all")
    parser.add_argument("--people", type=int, default=100)
    size = Size(**vars(parser.parse_args(arguments)))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartwiki.settings")
    django.setup()
    populate(size, bar)


if __name__ == "__main__":
    main(sys.argv[1:])
