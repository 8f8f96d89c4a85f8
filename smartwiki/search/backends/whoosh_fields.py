"""How entries lie in Whoosh: our own fields, since the terms are made before they come there."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import Any

from whoosh.fields import ID, FieldType, Schema
from whoosh.formats import Existence, Positions

from smartwiki.search.backends.whoosh_files import NUMBER
from smartwiki.search.entries import Entry, Part, Posting

IN_TITLE = 4096.0  # in a term's weight: that it stands in the title; the rest is below
SEPARATOR = "\x1f"  # in a term: between what it is looked up by and what it stands for


class PostingsField(FieldType):  # type: ignore[misc]
    """Terms with their places; a term's weight is what its parts of the page are worth together.

    The places are an array of numbers, which Whoosh's own matchers need not understand.
    """

    def __init__(self) -> None:
        super().__init__(format=Positions(), analyzer=None, scorable=True)

    def index(
        self, value: list[Posting], **kwargs: Any
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        places: dict[str, list[int]] = {}
        weights: dict[str, float] = {}
        for term, position, part in value:
            places.setdefault(term, []).append(position)
            weights[term] = weights.get(term, 0.0) + part.weight
        titled = {term for term, _position, part in value if part is Part.TITLE}
        for term, positions in places.items():
            weight = min(weights[term], IN_TITLE - 1) + (IN_TITLE if term in titled else 0)
            yield term.encode(), len(positions), weight, array(NUMBER, positions).tobytes()


class NamesField(FieldType):  # type: ignore[misc]
    """A set of strings, each as it is."""

    def __init__(self) -> None:
        super().__init__(format=Existence(), analyzer=None)

    def index(
        self, value: Iterable[str], **kwargs: Any
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        for name in set(value):
            yield name.encode(), 1, 1.0, b""


def make_schema() -> Schema:
    """Return the fields; `words_*` exists once for each audience.

    So what a reader's completion and did-you-mean can name is in the fields of their audiences
    alone. It holds each word as it is folded, and where it is shown in another way, that too.
    """
    schema = Schema(
        key=ID(stored=True, unique=True),
        kind=ID(),
        topic=ID(),
        audience=ID(),
        terms=PostingsField(),
        exact=NamesField(),
        title_words=NamesField(),
    )
    schema.add("words_*", NamesField(), glob=True)
    return schema


def fields_of(entry: Entry) -> dict[str, Any]:
    """Return what `IndexWriter.add_document` wants."""
    return {
        "key": entry.key,
        "kind": entry.kind,
        "topic": entry.topic,
        "audience": entry.audience,
        "terms": entry.postings,
        "exact": entry.exact,
        "title_words": entry.title_words,
        f"words_{entry.audience}": [
            *entry.words,
            *(f"{word}{SEPARATOR}{shown}" for word, shown in entry.words.items() if shown != word),
        ],
    }
