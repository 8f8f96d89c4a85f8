"""Putting together what two people wrote on top of the same text, paragraph by paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from merge3 import Merge3

_PARAGRAPH = re.compile(r".*?\n(?:[ \t]*\n)+|.+\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A passage that both changed: as it was, as the other one has it, as one has it oneself."""

    base: str
    theirs: str
    mine: str


@dataclass(slots=True)
class Merged:
    """A text in which everything is that did not conflict; conflicting passages hold `mine`."""

    text: str = ""
    conflicts: list[Conflict] = field(default_factory=list)


def merge_texts(base: str, theirs: str, mine: str) -> Merged:
    """Merge three ways by paragraph; blank lines separate paragraphs."""
    merged = Merged()
    parts: list[str] = []
    merge = Merge3(_paragraphs(base), _paragraphs(theirs), _paragraphs(mine))
    for group in merge.merge_groups():
        if group[0] != "conflict":
            parts += group[1]
            continue
        for conflict in _one_by_one(*group[1:]):
            parts.append(_settle(conflict, merged))
    merged.text = "".join(parts).strip("\n")
    return merged


def merge_lines(base: str, theirs: str, mine: str) -> Merged:
    """Merge three ways what cannot be divided, such as a title."""
    merged = Merged()
    merged.text = _settle(Conflict(base, theirs, mine), merged)
    return merged


def _settle(passage: Conflict, merged: Merged) -> str:
    if passage.theirs in (passage.base, passage.mine):
        return passage.mine
    if passage.mine == passage.base:
        return passage.theirs
    merged.conflicts.append(
        Conflict(passage.base.strip("\n"), passage.theirs.strip("\n"), passage.mine.strip("\n"))
    )
    return passage.mine


def _one_by_one(base: Sequence[str], theirs: Sequence[str], mine: Sequence[str]) -> list[Conflict]:
    """Neighbouring paragraphs, each changed by one person only, are no conflict."""
    if len(base) == len(theirs) == len(mine):
        return [Conflict(*three) for three in zip(base, theirs, mine, strict=True)]
    return [Conflict("".join(base), "".join(theirs), "".join(mine))]


def _paragraphs(text: str) -> list[str]:
    """Cut after each run of blank lines; all pieces end alike, so that the last one may move."""
    return _PARAGRAPH.findall(text.replace("\r\n", "\n").strip("\n") + "\n\n")
