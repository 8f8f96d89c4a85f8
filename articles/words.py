"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"\s+|\w+(?:['’·-]\w+)*|[^\w\s]")
MOST_WORDS = 3000  # in one passage; a longer one counts as replaced


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that stayed ("same"), went ("removed") or came ("added")."""

    kind: str
    text: str


def word_changes(old: str, new: str) -> list[Piece]:
    """Return the words of `old` and `new` in the order of reading, line by line, then by word."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(after[k:m])))
        else:
            pieces += _within("".join(before[i:j]), "".join(after[k:m]))
    return pieces


def _within(old: str, new: str) -> list[Piece]:
    before, after = _WORD.findall(old), _WORD.findall(new)
    if max(len(before), len(after)) > MOST_WORDS:
        return _replaced(old, new)
    pieces: list[Piece] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(after[k:m])))
        else:
            pieces += _replaced("".join(before[i:j]), "".join(after[k:m]))
    return pieces


def _replaced(old: str, new: str) -> list[Piece]:
    both = (Piece("removed", old), Piece("added", new))
    return [piece for piece in both if piece.text]
