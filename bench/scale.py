"""How long answers take while ever more people read at once: a picture for each page.

    python -m bench scale --seconds 2

One worker with four threads answers, as in `bench.reading`; whoever asks is on the same machine
and takes part of its time, so that the curves say when things grow, not what another machine does.
"""

from __future__ import annotations

import argparse

from bench.curves import curves
from bench.load import load
from bench.reading import GUIDE, NOT_ASKED_BEFORE, demonstration, gunicorn
from tests.servers import ROOT

READERS = (1, 2, 4, 8, 16, 32, 64)
PARTS = {"p50": 0.50, "p95": 0.95, "p99": 0.99}
RESULTS = ROOT / "bench/results"


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench scale", description=__doc__)
    parser.add_argument("--seconds", type=float, default=2, help="for each point of each curve")
    seconds = parser.parse_args(arguments).seconds
    environment, cookie = demonstration("--showcase")
    with gunicorn("smartwiki.wsgi", environment) as ours:
        pages: dict[str, tuple[str, dict[str, str]]] = {
            "guide-visitor": (GUIDE, {}),
            "guide-member": (GUIDE, {"Cookie": cookie}),
            "search-not-asked-before": (NOT_ASKED_BEFORE, {}),
            "projects-overview": ("/fr/projets/", {}),
            "project-status": ("/fr/projets/fictif-3/", {}),
        }
        RESULTS.mkdir(parents=True, exist_ok=True)
        for name, (path, headers) in pages.items():
            lines = _measured(name, ours + path, headers, seconds)
            title = f"{name.replace('-', ' ')}: time of an answer"
            picture = curves(title, "readers at once", "milliseconds", READERS, lines)
            (RESULTS / f"scale-{name}.svg").write_text(picture)


def _measured(
    name: str, url: str, headers: dict[str, str], seconds: float
) -> dict[str, list[float]]:
    """Print a line for each number of readers; return each percentile's curve, in milliseconds."""
    lines: dict[str, list[float]] = {part: [] for part in PARTS}
    for readers in READERS:
        answered = load(
            url, seconds=seconds, connections=readers, at_least=2 * readers, headers=headers
        )
        for part, line in lines.items():
            line.append(1000 * answered.percentile(PARTS[part]))
        said = "  ".join(f"{part} {line[-1]:7.1f} ms" for part, line in lines.items())
        print(f"  {name:24} {readers:4} readers  {answered.rate:7,.0f}/s  {said}", flush=True)
    return lines
