"""What people type, and the guide that they mean: read by `make bench` and by a test."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent


class Pair(NamedTuple):
    """A query in a language, and the guide (its import key) that it should find."""

    language: str
    guide: str
    query: str


def pairs(name: str) -> list[Pair]:
    """Read a list of this folder: docs/search-operations.md says what each is."""
    found = []
    for line in (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            where, queries = line.split(":", 1)
            language, guide = where.split()
            found += [Pair(language, guide, query.strip()) for query in queries.split(";")]
    return found
