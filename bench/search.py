"""The figures of search: what is found, how fast, and that nothing is lost.

Run by `make bench` with 1,000 pages; `python -m bench.search --full` goes on to 10,000 and 50,000.
It works in a folder and a database of its own, and where POSTGRES_URL names a server with the
PostgreSQL engine too, so that both are compared in one run. `--here golden` (or second, fresh,
unseen, later) works in the folder and database of the settings, and says which questions of that
list miss their guide; `--here --town town` does so for the guides of a town.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.pairs import Pair, pairs
from bench.recall import FIRST, TOWN_QUESTIONS, make_town, missed, places
from tests.demonstration import new_database

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SMALL, FULL = (1_000,), (1_000, 10_000, 50_000)  # documents
COMMITS = 200
WAITING = "waiting"  # is said by a process that goes on at its turn
LISTS = {
    "golden": "≥ 95 %",
    "second": "≥ 90 %",
    "fresh": "≥ 90 %",
    "unseen": "≥ 90 %",
    "later": "≥ 90 %",
}
QUERY = "query p50"  # begins the name of that figure
Row = tuple[str, str, str]
Report = Callable[[str, str, str], None]


def table(*, full: bool = False) -> list[Row]:
    """Measure each engine in a process of its own and return (figure, aim, measured).

    What is found is measured at once for all; then they go on one by one, since time is measured.
    """
    engines = {"": {"SEARCH_ENGINE": "whoosh", "DATABASE_URL": ""}}
    towns = {"": engines[""]}
    if url := os.environ.get("POSTGRES_URL", ""):
        name, engine = "PostgreSQL: ", {"SEARCH_ENGINE": "postgresql"}
        engines[name] = {**engine, **new_database("bench_search", url=url)}
        towns[name] = {**engine, **new_database("bench_town", url=url)}
    rows: dict[str, list[Row]] = {}
    with ExitStack() as stack:

        def started(site: dict[str, str], *options: str) -> subprocess.Popen[str]:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            return stack.enter_context(_started({**site, "VAR_DIR": folder}, *options))

        in_towns = {name: started(site, "--town") for name, site in towns.items()}
        more = ["--full"] if full else []
        here = {name: started(site, "--in-turn", *more) for name, site in engines.items()}
        for name in engines:
            rows[name] = _rows(in_towns[name]) + _rows(here[name])
        for name, process in here.items():
            if process.poll() is None:  # else it failed, and said so
                print(file=process.stdin, flush=True)
                rows[name] += _rows(process)
    told = [(f"{name}{figure}", aim, shown) for name in rows for figure, aim, shown in rows[name]]
    return told + _compared({figure: shown for figure, _aim, shown in told})


def _started(site: dict[str, str], *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bench.search", "--here", *options],
        cwd=ROOT,
        env={**os.environ, "DEBUG": "1", **site},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _rows(process: subprocess.Popen[str]) -> list[Row]:
    """Return what a process reports until it waits, or ends."""
    assert process.stdout  # noqa: S101 (it is a pipe)
    rows, line = [], ""
    for line in process.stdout:
        if line.strip() == WAITING:
            return rows
        if line.count("\t") == 2:
            figure, aim, measured = line.rstrip("\n").split("\t")
            rows.append((figure, aim, measured))
    if process.wait():
        rows.append(("search", "", f"failed: {line.strip()}"))
    return rows


def _compared(measured: dict[str, str]) -> list[Row]:
    """Return how the engines compare in how long a query takes, by the number of pages."""
    return [
        (
            f"Whoosh ÷ PostgreSQL, {figure}",
            "≤ 2.2",
            f"{_milliseconds(measured[figure]) / _milliseconds(measured[other]):.2f}",
        )
        for figure in measured
        if figure.startswith(QUERY) and (other := f"PostgreSQL: {figure}") in measured
    ]


def _milliseconds(measured: str) -> float:
    return float(measured.split()[0])


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
    return sorted(times)[min(len(times) - 1, int(part * len(times)))]


def _measure_what_is_found(report: Report) -> None:
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
    call_command("search_rebuild", verbosity=0)
    _recall(report)
    _spelling(report)
    if settings.SEARCH_ENGINE == "whoosh":
        _handles(report)


def _measure_speed(sizes: Iterable[int], report: Report) -> None:
    _freshness(report)
    for size in sizes:
        _speed(size, report)


def _recall(report: Report) -> None:
    from smartwiki.accounts.models import User

    editor = User.objects.get(email="editor@example.org")  # some of the guides are for the team
    for name, aim in LISTS.items():
        _found_of(name, aim, pairs(name), editor, report)


def _found_of(name: str, aim: str, listed: list[Pair], person: Any, report: Report) -> None:
    found = places(listed, person)
    without = missed(found)
    share = 100 * (1 - len(without) / len(listed))
    report(f"{name} pairs in the first {FIRST}", aim, f"{share:.0f} % of {len(listed)}")
    first = sum(1 for at in found.values() if at == 0)
    report(f"{name} pairs first of all", "", f"{100 * first / len(listed):.0f} %")
    if name in sys.argv:
        for each in without:
            report(f"  {each.language} {each.guide}", "", each.query)


def _recall_in_town(report: Report) -> None:
    from django.contrib.auth.models import AnonymousUser
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    make_town()
    _found_of("town", "≥ 90 %", pairs(TOWN_QUESTIONS), AnonymousUser(), report)


def _misspelt(word: str, chance: random.Random) -> str:
    """Drop, double, change or swap one letter behind the first."""
    at = chance.randrange(1, len(word) - 1)
    match chance.randrange(4):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + word[at] + word[at:]
        case 2:
            return word[:at] + chance.choice("aeinrst") + word[at + 1 :]
        case _:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _spelling(report: Report) -> None:
    from smartwiki.search.backends import backend
    from smartwiki.search.spelling import nearest_word

    chance = random.Random(7)
    public = frozenset({"guide0"})
    right = asked = 0
    for language in ("fr", "nl", "en", "de"):
        known = backend().complete_words(language, "", public, 400)
        words = sorted({each.word for each in known if len(each.word) >= 6})
        for word in chance.sample(words, 30):
            typed = _misspelt(word, chance)
            if typed in words:
                continue
            nearest = nearest_word(typed, language, public)
            right += nearest is not None and nearest.word == word
            asked += 1
    report("did-you-mean right first", "≥ 95 %", f"{100 * right / asked:.0f} % of {asked}")


def _freshness(report: Report) -> None:
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


def _handles(report: Report) -> None:
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


def _speed(size: int, report: Report) -> None:
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


def main() -> None:
    full = "--full" in sys.argv
    if "--here" not in sys.argv:
        for row in table(full=full):
            print("  {:58} {:>10}  {}".format(*row))
        return
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartwiki.settings")
    django.setup()
    if "--town" in sys.argv:
        _recall_in_town(_print)
        return
    _measure_what_is_found(_print)
    if "--in-turn" in sys.argv:
        print(WAITING, flush=True)
        sys.stdin.readline()
    _measure_speed(FULL if full else SMALL, _print)


def _print(figure: str, aim: str, measured: str) -> None:
    print(figure, aim, measured, sep="\t", flush=True)


if __name__ == "__main__":
    main()
