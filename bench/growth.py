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
import os
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypedDict

from bench.curves import curves
from bench.memory import MOST_MEGABYTES, worker_memory
from bench.population import Size
from tests.demonstration import new_database
from tests.servers import ROOT, manage, production_environment

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
    command = [sys.executable, "-m", "bench.grown"]
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
