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
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.engines import QUERY, Report, freshness, handles, speed
from bench.pairs import Pair, pairs
from bench.recall import FIRST, TOWN_QUESTIONS, make_town, missed, places
from tests.demonstration import new_database

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SMALL, FULL = (1_000,), (1_000, 10_000, 50_000)  # documents
WAITING = "waiting"  # is said by a process that goes on at its turn
LISTS = {
    "golden": "≥ 95 %",
    "second": "≥ 90 %",
    "fresh": "≥ 90 %",
    "unseen": "≥ 90 %",
    "later": "≥ 90 %",
}
Row = tuple[str, str, str]


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
    rows, line = [], ""
    for line in process.stdout or ():
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


def _measure_what_is_found(report: Report) -> None:
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
    call_command("search_rebuild", verbosity=0)
    _recall(report)
    _spelling(report)
    if settings.SEARCH_ENGINE == "whoosh":
        handles(report)


def _measure_speed(sizes: Iterable[int], report: Report) -> None:
    freshness(report)
    for size in sizes:
        speed(size, report)


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
