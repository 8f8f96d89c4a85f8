"""From what somebody typed to what is looked for, the same for both engines.

Quotes keep words together, a minus before a word excludes it; everything else is plain words.
There is no syntax that could be wrong: what makes no sense is left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from smartwiki.search.analysis import Analyser, Word, analyser
from smartwiki.search.folding import fold_title

LONGEST = 200  # characters of a query; the rest is not read
MOST_CLAUSES = 12

_PIECE = re.compile(
    r"""(?P<minus>(?<!\S)[-−–](?=[^\s\-−–]))?
        (?:["“”„«»](?P<phrase>[^"“”„«»]*)(?:["“”„«»]|$)|(?P<plain>[^\s"“”„«»]+))""",
    re.VERBOSE,
)
_ADDRESS = re.compile(r"^(?:https?://[^/\s]+)?/(?:[a-z]{2}/[^/\s]+/)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """Any of `forms`."""

    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Terms one after the other."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Less:
    """What stands for the word that was typed, and counts `worth` (below 1) of what that would."""

    node: Node
    worth: float


Node: TypeAlias = "Term | AllOf | AnyOf | Phrase | Less"


@dataclass(frozen=True, slots=True)
class Clause:
    """A word or phrase of the query; `words` as typed (normal form), `node` what it asks for.

    What is `quoted` must be met by every page.
    """

    words: tuple[Word, ...]
    node: Node
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for in one language."""

    language: str
    wanted: tuple[Clause, ...]
    excluded: tuple[Node, ...] = ()
    exact: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether only words that say nothing were typed."""
        return not self.wanted and not self.exact


def tidy(text: str) -> str:
    """Return what somebody typed without what no query needs, at most `LONGEST` characters."""
    composed = unicodedata.normalize("NFC", text[: 4 * LONGEST])
    printable = "".join(
        letter if unicodedata.category(letter)[0] != "C" else " " for letter in composed
    )
    return " ".join(printable.split())[:LONGEST].strip()


def parse(text: str, language: str) -> Query:
    """Read a tidy text for the index of `language`."""
    rules = analyser(language)
    wanted: list[Clause] = []
    excluded: list[Node] = []
    for match in _PIECE.finditer(text):
        if match["phrase"] is not None:
            clauses = _phrase(rules, match["phrase"], match.start("phrase"))
        else:
            clauses = _plain(rules, match["plain"], match.start("plain"))
        if match["minus"]:
            nodes = tuple(clause.node for clause in clauses)
            excluded += [AllOf(nodes)] if len(nodes) > 1 else nodes
        else:
            wanted += clauses
    exact = "" if excluded else fold_title(_ADDRESS.sub("", text))
    return Query(
        language, _without_twins(wanted)[:MOST_CLAUSES], tuple(excluded[:MOST_CLAUSES]), exact
    )


def _plain(rules: Analyser, text: str, offset: int) -> list[Clause]:
    """The clauses of text without spaces: mostly one; « btw-nummer » also as « btwnummer »."""
    clauses = []
    for together in rules.joined(text):
        words = tuple(_shifted(word, offset) for word in together)
        nodes = [node for word in words if (node := node_of(rules, word.text))]
        if not nodes:
            continue
        node = nodes[0] if len(nodes) == 1 else AllOf(tuple(nodes))
        if len(words) > 1 and (main := rules.terms("".join(word.text for word in words)).main):
            node = AnyOf((Term(main), node))
        clauses.append(Clause(words, node))
    return clauses


def _phrase(rules: Analyser, text: str, offset: int) -> list[Clause]:
    words = [(word, rules.terms(word.text).main) for word in rules.words(text)]
    words = [(word, main) for word, main in words if main]
    if not words:
        return []
    terms = tuple(Term(main) for _word, main in words)
    node = terms[0] if len(terms) == 1 else Phrase(terms)
    return [Clause(tuple(_shifted(word, offset) for word, _main in words), node, quoted=True)]


def node_of(rules: Analyser, word: str) -> Node | None:
    """Return what a word (in its normal form) asks for: itself, or all parts of a compound."""
    terms = rules.terms(word)
    if not terms.main:
        return None
    main = Term(terms.main)
    if not terms.parts:
        return main
    return AnyOf((main, AllOf(tuple(Term(part) for part in terms.parts))))


def with_synonyms(query: Query, synonyms: Sequence[tuple[int, int, tuple[Node, ...]]]) -> Query:
    """Return `query` where the clauses from `first` to before `end` may also be met by `nodes`."""
    wanted: list[Clause] = []
    at = 0
    for first, end, nodes in synonyms:
        wanted += query.wanted[at:first]
        together = query.wanted[first:end]
        own = together[0].node if len(together) == 1 else AllOf(tuple(c.node for c in together))
        words = tuple(word for clause in together for word in clause.words)
        quoted = any(clause.quoted for clause in together)
        wanted.append(Clause(words, AnyOf((own, *nodes)), quoted))
        at = end
    return replace(query, wanted=(*wanted, *query.wanted[at:]))


def loosely(query: Query) -> Query:
    """Return `query` where one part of a compound is enough."""
    return replace(query, wanted=tuple(replace(c, node=_loose(c.node)) for c in query.wanted))


def _loose(node: Node) -> Node:
    match node:
        case AllOf(nodes) | AnyOf(nodes):
            return AnyOf(tuple(_loose(each) for each in nodes))
        case Less(inner, worth):
            return Less(_loose(inner), worth)
        case _:
            return node


def forms_in(node: Node) -> Iterator[str]:
    """Yield every term of `node`, for the highlighter."""
    match node:
        case Term(forms):
            yield from forms
        case AllOf(nodes) | AnyOf(nodes):
            for each in nodes:
                yield from forms_in(each)
        case Phrase(terms):
            for term in terms:
                yield from term.forms
        case Less(inner):
            yield from forms_in(inner)


def _shifted(word: Word, offset: int) -> Word:
    return Word(word.text, word.start + offset, word.end + offset)


def _without_twins(clauses: list[Clause]) -> tuple[Clause, ...]:
    """Each thing is asked for once."""
    return tuple({clause.node: clause for clause in reversed(clauses)}.values())[::-1]
