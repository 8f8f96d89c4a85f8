"""How long the worst texts take: each as long as a text may be, made into HTML."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AIM = "< 1 s"
TRIES = 3
SHOWN = 3


def table() -> list[tuple[str, str, str]]:
    """Measure in a process of its own and return (figure, aim, measured), the slowest first."""
    finished = subprocess.run(
        [sys.executable, "-m", "bench.writing"],
        cwd=ROOT,
        env={**os.environ, "DEBUG": "1", "DJANGO_SETTINGS_MODULE": "smartwiki.settings"},
        capture_output=True,
        text=True,
    )
    if finished.returncode:
        return [("hostile texts", AIM, f"failed: {finished.stderr.strip().splitlines()[-1]}")]
    rows = (line.split("\t") for line in finished.stdout.splitlines())
    return [(f"hostile text: {name}", AIM, f"{seconds} s") for name, seconds in rows]


def _measure() -> None:
    import django

    django.setup()
    from smartwiki.markdown import render
    from tests.articles.hostile import LARGE

    measured = []
    for name, (make, number) in LARGE.items():
        text, tries = make(number), []
        for _try in range(TRIES):
            started = time.process_time()
            render(text, language="fr")
            tries.append(time.process_time() - started)
        measured.append((min(tries), name))
    for seconds, name in sorted(measured, reverse=True)[:SHOWN]:
        print(f"{name}\t{seconds:.2f}")


if __name__ == "__main__":
    _measure()
