"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from smartwiki.markdown import plain_text

SAME, ADDED, REMOVED, CHANGED = "same", "added", "removed", "changed"
CONTEXT = 1  # unchanged paragraphs that are shown before and after a change
_ALIKE = 0.35  # below this share of common words two paragraphs are two, not one that changed

_BLOCK = re.compile(
    r"</?(?:p|h[2-6]|li|ul|ol|dl|dt|dd|div|blockquote|pre|table|tr|td|th|details|summary|section)"
    r"\b[^>]*>|<hr[^>]*>|<br[^>]*>"
)
_PICTURE = re.compile(r'<img [^>]*?alt="([^"]*)"[^>]*>')
_SIGNPOST = re.compile(r' ?<a [^<>]*class="(?:anchor|footnote-backref)".*?</a>', re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that are the same, added or removed."""

    kind: str
    text: str


@dataclass(slots=True)
class Block:
    """A paragraph that is the same, added, removed or changed; `skipped`: how many were left out
    in its place, because nothing changed in them."""

    kind: str
    pieces: list[Piece] = field(default_factory=list)
    skipped: int = 0


def differences(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Compare two texts, given as paragraphs."""
    blocks: list[Block] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            blocks += [Block(SAME, [Piece(SAME, text)]) for text in old[i1:i2]]
        else:
            blocks += _changed(old[i1:i2], new[j1:j2])
    return blocks


def without_what_is_same(blocks: Sequence[Block]) -> list[Block]:
    """Leave out what is far from any change, and say how much that was."""
    changed = [number for number, block in enumerate(blocks) if block.kind != SAME]
    near = {number + step for number in changed for step in range(-CONTEXT, CONTEXT + 1)}
    shown: list[Block] = []
    for number, block in enumerate(blocks):
        if number in near:
            shown.append(block)
        elif shown and shown[-1].skipped:
            shown[-1].skipped += 1
        else:
            shown.append(Block(SAME, skipped=1))
    return shown


def source_paragraphs(text: str) -> list[str]:
    """Cut Markdown at blank lines."""
    return [part.strip("\n") for part in re.split(r"\n[ \t]*\n", text) if part.strip()]


def rendered_paragraphs(html: str) -> list[str]:
    """Return the words of rendered HTML, paragraph by paragraph; a picture as [its description]."""
    html = _SIGNPOST.sub("", _PICTURE.sub(r"[\1]", html))
    return [words for part in _BLOCK.split(html) if (words := plain_text(_TAG.sub("", part)))]


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Block]:
    for before, after in zip(old, new, strict=False):
        yield from _between(before, after)
    number = min(len(old), len(new))
    yield from (Block(REMOVED, [Piece(REMOVED, text)]) for text in old[number:])
    yield from (Block(ADDED, [Piece(ADDED, text)]) for text in new[number:])


def _between(before: str, after: str) -> Iterator[Block]:
    words, new_words = _WORD.findall(before), _WORD.findall(after)
    matcher = SequenceMatcher(None, words, new_words)
    if matcher.quick_ratio() < _ALIKE or matcher.ratio() < _ALIKE:
        yield Block(REMOVED, [Piece(REMOVED, before)])
        yield Block(ADDED, [Piece(ADDED, after)])
        return
    pieces: list[Piece] = []
    removed = added = ""
    for tag, i1, i2, j1, j2 in [*matcher.get_opcodes(), ("end", 0, 0, 0, 0)]:
        same = "".join(words[i1:i2])
        if tag == "equal" and not (same.isspace() and removed + added):
            pieces += _replaced(removed, added, same)
            removed = added = ""
        elif tag == "end":
            pieces += _replaced(removed, added)
        else:  # a space between two changed words is no reason to cut the change in two
            removed, added = removed + same, added + "".join(new_words[j1:j2])
    yield Block(CHANGED, pieces)


def _replaced(removed: str, added: str, same: str = "") -> list[Piece]:
    """What was removed, what was added in its place, and what follows."""
    pieces = [Piece(REMOVED, removed), Piece(ADDED, added), Piece(SAME, same)]
    return [piece for piece in pieces if piece.text]
