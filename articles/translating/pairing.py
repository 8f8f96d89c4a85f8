"""Source and translation side by side: which paragraph belongs to which, and what changed in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from articles.writing.differences import Piece, differences
from smartwiki.markdown import Block, split_blocks

NOTHING_YET = "…"  # stands in a kept text for a paragraph that is not translated yet
ALIKE = 0.4  # share of common words from which a paragraph counts as changed, not as another

_LEAD = re.compile(r"\s*(?:(?:#{1,6}|[-*+]|\d+[.)]|>|:)[ \t]+)*(?:\[[ xX]\][ \t]+)?")
_NOTICE = re.compile(r"\s*(?:!!!|\?\?\?\+?)[ \t]+\w+")
_FOOTNOTE = re.compile(r"\s*\[\^[^\]]+\]:[ \t]*")
_LINK = re.compile(r"!?\[(?P<text>[^\]]*)\]\((?P<target>[^()\s]+)\)")
_NUMERIC = re.compile(r"[\d\s.,€%+/=×-]*")


@dataclass(slots=True)
class Row:
    """A paragraph of the source beside its translation.

    `change` is "same", "changed", "added" or "removed" since the text that the translation is
    based on; of a changed or removed paragraph `pieces` tells the words.
    """

    source: str
    target: str = ""
    change: str = "same"
    pieces: list[Piece] = field(default_factory=list)
    is_bare: bool = False  # nothing but a skeleton
    is_all: bool = False  # of the source, which has too many paragraphs for a row each


def side_by_side(old: str, new: str, target: str) -> list[Row]:
    """Put `target`, a translation of `old`, beside the present source text `new`."""
    before, after = split_blocks(old), split_blocks(new)
    translated = _beside(before, split_blocks(target))
    rows: list[Row] = []
    texts = [block.text for block in before], [block.text for block in after]
    for kind, i, j, k, m in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        if kind == "equal":
            rows += [Row(after[k + n].text, translated[i + n]) for n in range(j - i)]
        else:
            rows += _changed(before[i:j], translated[i:j], after[k:m])
    if len(translated) > len(before):  # what the translation has at its end and the source not
        rows.append(Row("", "\n\n".join(translated[len(before) :]), "removed"))
    return rows


def first_translation(source: str, titles: Mapping[int, str]) -> list[Row]:
    """Put a skeleton beside the source; `titles` names guides in the language of translation."""
    return [Row(block.text, skeleton(block, titles), "same") for block in split_blocks(source)]


def put_back(rows: list[Row], kept: str) -> list[Row]:
    """Give the rows the translation that was `kept` with `joined(…, keep_places=True)`."""
    kinds = [
        (split_blocks(row.source or row.target) or [Block("paragraph", "")])[0] for row in rows
    ]
    for row, text in zip(rows, _beside(kinds, split_blocks(kept)), strict=False):
        row.target = text
    return rows


def joined(targets: Sequence[str], *, keep_places: bool = False) -> str:
    """Return the text whose paragraphs are `targets`, without those that are empty.

    `keep_places`: let a mark stand for each empty one, so that `put_back` finds it again.
    """
    written = [target.replace("\r\n", "\n").strip("\n") for target in targets]
    if keep_places:
        return "\n\n".join(target if target.strip() else NOTHING_YET for target in written)
    return "\n\n".join(target for target in written if target.strip())


def without_untouched(
    targets: Sequence[str], source: str, titles: Mapping[int, str]
) -> tuple[list[str], int]:
    """Return `targets` without the skeletons nobody filled in, and how many these were."""
    bare = bare_skeletons(source, titles)
    written = [target.replace("\r\n", "\n").strip("\n") for target in targets]
    filled = [target for target in written if target not in bare and target.strip()]
    return filled, len(targets) - len(filled)


def bare_skeletons(source: str, titles: Mapping[int, str]) -> set[str]:
    """Return the skeletons of a text's paragraphs that hold no translation yet."""
    blocks = [block for block in split_blocks(source) if not _is_whole(block)]
    return {"", *(skeleton(block, titles) for block in blocks)}


def skeleton(block: Block, titles: Mapping[int, str]) -> str:
    """Return what stays of a paragraph in any language: its structure, links, images, figures."""
    if _is_whole(block):
        return block.text
    if block.kind == "table":
        return "\n".join(_table_line(line) for line in block.text.split("\n"))
    lines = [_line(line, titles) for line in block.text.split("\n")]
    if block.kind == "dl":
        said = block.text.split("\n")
        lines = [
            kept or NOTHING_YET for kept, line in zip(lines, said, strict=True) if line.strip()
        ]
    elif block.kind == "admonition":
        lines = [lines[0], f"    {NOTHING_YET}", *lines[1:]]
    return "\n".join(line for line in lines if line.strip())


def _is_whole(block: Block) -> bool:
    """Say whether a paragraph is the same in every language: code, rules, tables of figures."""
    if block.kind == "table":
        return all(_table_line(line) == line for line in block.text.split("\n"))
    return block.kind in ("fence", "code_block", "hr")


def _line(line: str, titles: Mapping[int, str]) -> str:
    if notice := _NOTICE.match(line):
        return notice[0]
    begin = _FOOTNOTE.match(line) or _LEAD.match(line)
    lead = begin[0] if begin else ""
    links = [_named(link, titles) for link in _LINK.finditer(line)]
    return lead + " ".join(links)


def _named(link: re.Match[str], titles: Mapping[int, str]) -> str:
    scheme, _, number = link["target"].partition(":")
    number = number.partition("#")[0]
    if scheme == "guide" and number.isdigit() and int(number) in titles:
        return f"[{titles[int(number)]}]({link['target']})"
    return link[0]


def _table_line(line: str) -> str:
    if not set(line) - set("|:- \t"):
        return line
    return "|".join(cell if _NUMERIC.fullmatch(cell) else "  " for cell in line.split("|"))


def _beside(before: Sequence[Block], translated: Sequence[Block]) -> list[str]:
    """Return the translation of each block of `before`, and at the end what is left over.

    Both texts have the same structure, more or less: blocks of the same kind belong together.
    """
    beside = [""] * len(before)
    left_over: list[str] = []
    kinds = [block.kind for block in before], [block.kind for block in translated]
    for _kind, i, j, k, m in SequenceMatcher(None, *kinds, autojunk=False).get_opcodes():
        for n in range(k, m):
            at = min(i + n - k, j - 1) if j > i else i - 1
            text = "" if translated[n].text == NOTHING_YET else translated[n].text
            if at < 0:
                left_over.append(text)
            else:
                beside[at] = f"{beside[at]}\n\n{text}".strip("\n")
    if left_over and beside:
        beside[0] = "\n\n".join([*left_over, beside[0]]).strip("\n")
    elif left_over:
        return left_over
    return beside


def _changed(
    before: Sequence[Block], translated: Sequence[str], after: Sequence[Block]
) -> list[Row]:
    """Pair what was replaced with what replaced it, in order, where enough words are the same."""
    rows: list[Row] = []
    at = 0
    for block in after:
        found = next((n for n in range(at, len(before)) if _alike(before[n], block)), None)
        if found is None:
            rows.append(Row(block.text, "", "added"))
            continue
        rows += _removed(before[at:found], translated[at:found])
        compared = differences([before[found].text], [block.text])
        pieces = [piece for part in compared for piece in part.pieces]
        rows.append(Row(block.text, translated[found], "changed", pieces))
        at = found + 1
    return rows + _removed(before[at:], translated[at:])


def _removed(before: Sequence[Block], translated: Sequence[str]) -> list[Row]:
    return [
        Row("", text, "removed", [Piece("removed", block.text)])
        for block, text in zip(before, translated, strict=True)
    ]


def _alike(old: Block, new: Block) -> bool:
    if old.kind != new.kind:
        return False
    words = old.text.split(), new.text.split()
    return SequenceMatcher(None, *words, autojunk=False).ratio() >= ALIKE
