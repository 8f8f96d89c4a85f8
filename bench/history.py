"""What was measured before: a line a run, of which the last committed one is compared with."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import date
from pathlib import Path

from tests.servers import ROOT

PATH = Path("bench/results/history.jsonl")
FELL = 0.85  # of what was measured last: less is said

_RATIO = re.compile(r"(\d+\.\d+)  \([\d,]+/s\)")


def ratio_in(measured: str) -> float | None:
    """Return the ratio in a line such as `0.424  (427/s)`; None in any other figure."""
    found = _RATIO.fullmatch(measured)
    return float(found[1]) if found else None


def committed() -> dict[str, float]:
    """Return the figures of the last committed run; none where there is no such run."""
    shown = _git("show", f"HEAD:{PATH}")
    lines = shown.strip().splitlines()
    figures: dict[str, float] = json.loads(lines[-1])["ratios"] if lines else {}
    return figures


def keep(ratios: dict[str, float]) -> None:
    """Add a run to the file."""
    path = ROOT / PATH
    path.parent.mkdir(parents=True, exist_ok=True)
    run = {"date": date.today().isoformat(), "commit": _git("rev-parse", "--short", "HEAD").strip()}
    with path.open("a") as history:
        history.write(json.dumps({**run, "ratios": ratios}) + "\n")


def fallen(before: dict[str, float], now: dict[str, float]) -> list[str]:
    """Return a sentence for each ratio that fell by more than 15 %."""
    return [
        f"{name}: {now[name]:.3f}, was {before[name]:.3f}"
        for name in now
        if name in before and now[name] < FELL * before[name]
    ]


def _git(*command: str) -> str:
    done = subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else ""
