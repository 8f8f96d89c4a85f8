"""Guides with their texts in four languages, and what readers left there."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.population import LANGUAGES, Report, in_batches

if TYPE_CHECKING:
    from articles.models import Guide
    from smartwiki.accounts.models import User

BRANCHES = 10  # guides below each guide
BATCH = 2_000  # guides at once
PARAGRAPHS = 6  # of each text
OUTDATED, MISSING = 10, 7  # one guide in so many


class Paragraph(NamedTuple):
    """A part of a text, and the HTML that our renderer makes of it."""

    text: str
    html: str


def make_guides(
    number: int,
    people: Sequence[User],
    chance: random.Random,
    report: Report,
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
    from smartwiki.markdown import RENDERER_VERSION

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
                    rendered_with=RENDERER_VERSION,
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


def make_answers(guides: int, chance: random.Random) -> None:
    """What readers left: readings of four weeks, and one answer for each second guide."""
    from datetime import date

    from articles.models import Feedback, Reading, Translation

    today = date.today()
    texts = Translation.objects.order_by("pk").values_list("pk", "published")
    for some in in_batches(texts.iterator(), 5_000):
        Reading.objects.bulk_create(
            Reading(translation_id=pk, day=today - timedelta(days=day), count=chance.randint(1, 90))
            for pk, _revision in some
            for day in (pk % 28, (pk + 9) % 28)
        )
        Feedback.objects.bulk_create(
            Feedback(translation_id=pk, revision_id=revision, helpful=bool(pk % 3))
            for pk, revision in some[::8]
        )
