"""How fast an engine of search finds and takes in pages, and how many files it has open."""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

COMMITS = 200
QUERY = "query p50"  # begins the name of that figure
Report = Callable[[str, str, str], None]


def median(work: Callable[[Any], object], over: Iterable[Any]) -> float:
    """Return the median time of `work` in milliseconds."""
    times = []
    for each in over:
        started = time.perf_counter()
        work(each)
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times)


def in_turn(works: Sequence[Callable[[Any], object]], over: Sequence[Any]) -> list[float]:
    """Return the median time of each, the least of three rounds: the machine's speed varies."""
    rounds = [[median(work, over) for work in works] for _round in range(3)]
    return [min(times) for times in zip(*rounds, strict=True)]


def percentile(times: list[float], part: float) -> float:
    """Return the time that a part of all times, from 0 to 1, does not exceed."""
    return sorted(times)[min(len(times) - 1, int(part * len(times)))]


def freshness(report: Report) -> None:
    """Measure how long the index takes to know an edited guide of the site."""
    from articles.models import Translation
    from articles.publishing import Change, Text, publish
    from smartwiki.search.outbox import drain

    times: list[float] = []
    drain()
    for translation in Translation.objects.select_related("published")[:20]:
        publish(
            translation,
            Text(translation.title, "Nouveau.", translation.summary),
            Change(),
            base=translation.published,
        )
        started = time.perf_counter()
        drain()
        times.append(1000 * (time.perf_counter() - started))
    report("one edit taken in, p95", "≤ 350 ms", f"{percentile(times, 0.95):.0f} ms")


def _documents(size: int) -> list[Any]:
    """Texts like the demonstration's, of about 400 words, in four languages."""
    from articles.finding import GuideSource
    from smartwiki.search.documents import Document

    chance = random.Random(11)
    source = GuideSource()
    words: dict[str, list[str]] = {}
    for document in source.documents(source.every_key()):
        words.setdefault(document.language, []).extend(document.text.split())
    languages = sorted(words)
    return [
        Document(
            key=f"guide:{10_000 + n}:{(language := languages[n % len(languages)])}",
            audience="guide0" if n % 10 else "guide2",
            title=" ".join(chance.sample(words[language], 5)),
            text=" ".join(chance.choices(words[language], k=400)),
        )
        for n in range(size)
    ]


def handles(report: Report) -> None:
    """Count the files that are open at once in Whoosh's commits, and in as many more.

    Segments become more until some of them are merged, so only spans of that length compare.
    """
    from smartwiki.search.entries import entry_of

    documents = _documents(COMMITS)
    engine, generation = _filled(documents)
    entries = [entry_of(document) for document in documents]
    for entry in entries[:8]:
        engine.similar_words(entry.language, "facture", frozenset({"guide0"}), 5)
    peaks = [_most_handles(engine, generation, entries) for _span in range(2)]
    grown = f"{peaks[1] - peaks[0]:+d} (at most {max(peaks)})"
    report(f"file handles, {COMMITS} commits and {COMMITS} more", "no growth", grown)


def _most_handles(engine: Any, generation: str, entries: list[Any]) -> int:
    """Return the most files open at once in a commit for each of `entries`."""
    most = 0
    with engine.writing(generation):
        for entry in entries:
            engine.replace(generation, [entry.key], [entry])
            engine.similar_words(entry.language, "facture", frozenset({"guide0"}), 5)
            most = max(most, len(list(Path("/proc/self/fd").iterdir())))
    return most


def _filled(documents: list[Any]) -> tuple[Any, str]:
    """Return an engine with an index of `documents`, and the name of that."""
    from django.conf import settings

    from smartwiki.search.backends.postgresql import PostgreSQLBackend
    from smartwiki.search.backends.whoosh import WhooshBackend
    from smartwiki.search.entries import entry_of

    engine: Any = PostgreSQLBackend()
    if settings.SEARCH_ENGINE == "whoosh":
        engine = WhooshBackend(Path(os.environ["VAR_DIR"]) / "speed")
    generation = f"gen-{len(documents)}"
    engine.create(generation)
    with engine.filling(generation) as fill:
        for start in range(0, len(documents), 2_000):
            fill(map(entry_of, documents[start : start + 2_000]))
    engine.adopt(generation)
    return engine, generation


def speed(size: int, report: Report) -> None:
    """Measure an engine that has so many documents: queries, marking, completion, updates."""
    from django.conf import settings
    from django.db import connection

    from smartwiki.search.entries import entry_of

    is_whoosh = settings.SEARCH_ENGINE == "whoosh"
    documents = _documents(size)
    engine, generation = _filled(documents)
    if not is_whoosh:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE search_pg_entry, search_pg_word")  # as it does by itself
    _reading_speed(engine, documents, f"{size:,} pages", report, is_whoosh=is_whoosh)
    entries = [entry_of(document) for document in documents[:200]]
    with engine.writing(generation):
        one = median(lambda entry: engine.replace(generation, [entry.key], [entry]), entries[:15])
        report(f"one update in {size:,} pages, p50", "≤ 20 ms", f"{one:.0f} ms")
        many = median(
            lambda _time: engine.replace(generation, [e.key for e in entries], entries), range(3)
        )
    report(f"200 updates at once in {size:,} pages", "≤ 1.2 s", f"{many / 1000:.2f} s")


def _reading_speed(
    engine: Any, documents: list[Any], size: str, report: Report, *, is_whoosh: bool
) -> None:
    from whoosh import query as wq

    from smartwiki.search.analysis import analyser
    from smartwiki.search.backends import Scope
    from smartwiki.search.highlight import Highlighter
    from smartwiki.search.queries import forms_in, parse

    chance = random.Random(3)
    public = frozenset({"guide0"})
    texts = {each.key: each for each in documents}
    asked = []
    while len(asked) < 100:
        document = chance.choice(documents)
        rules = analyser(document.language)
        words = [w.text for w in rules.words(document.text) if len(rules.terms(w.text).main) == 1]
        if len(words) > 2:
            asked.append((document.language, chance.sample(words, chance.choice([1, 2]))))
    queries = [(language, words, parse(" ".join(words), language)) for language, words in asked]

    def raw(each: Any) -> None:
        language, words, _query = each
        rules = analyser(language)
        terms = [wq.Term("terms", rules.terms(word).main[0]) for word in words]
        with engine._reading(language) as opened:
            found = opened.searcher.search(wq.And(terms), limit=10)
            [hit["key"] for hit in found]

    def ours(each: Any) -> Any:
        language, words, _query = each
        query = parse(" ".join(words), language)
        return query, engine.search(query, Scope(public), limit=10)

    def with_highlight(each: Any) -> None:
        query, found = ours(each)
        forms = (form for clause in query.wanted for form in forms_in(clause.node))
        highlighter = Highlighter(forms, query.language)
        for key in found.keys:
            highlighter.highlight(texts[key].title)
            highlighter.snippet(texts[key].text)

    first = median(ours, queries)
    median(with_highlight, queries)  # once, since texts are read when they are shown first
    again, marked = in_turn([ours, with_highlight], queries)
    report(f"{QUERY}, {size}", "", f"{first:.2f} ms")
    if is_whoosh:
        median(raw, queries[:40])  # once, so that everything is open
        [base] = in_turn([raw], queries)
        report(f"query ÷ raw Whoosh, {size}", "≤ 1.6", f"{first / base:.2f}")
        report(f"query and highlight ÷ raw Whoosh, {size}", "≤ 4.0", f"{marked / base:.2f}")
        report(f"query and highlight ÷ query, {size}", "≤ 2.5", f"{marked / again:.2f}")
    times = []
    for language, words, _query in queries:
        started = time.perf_counter()
        engine.complete_words(language, words[0][:3], public, 30)
        engine.complete_titles(language, [words[0][:3]], public, 30)
        times.append(1000 * (time.perf_counter() - started))
    report(f"completion p95, {size}", "≤ 15 ms", f"{percentile(times, 0.95):.1f} ms")
