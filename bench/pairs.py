"""What people type, and the guide that they mean: read by `make bench` and by a test."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent


class Pair(NamedTuple):
    """A query in a language, and the guide of the demonstration that it should find."""

    language: str
    guide: str
    query: str


def pairs(name: str) -> list[Pair]:
    """Read "golden" or "second" (search is mended by these), "fresh", "unseen" or "later" (not)."""
    found = []
    for line in (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            where, queries = line.split(":", 1)
            language, guide = where.split()
            found += [Pair(language, guide, query.strip()) for query in queries.split(";")]
    return found
