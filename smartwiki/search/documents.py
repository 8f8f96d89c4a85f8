"""What can be found: each app registers its own kind in `AppConfig.ready`; search knows no app."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person


@dataclass(frozen=True, slots=True)
class Document:
    """A page in one language, as it goes into the index.

    `key`: "kind:number:language". `audience`: who may find it, one of the names that the source's
    `audiences` gives, of letters and digits. `topic`: the part of the site it is in ("" for none).
    `addresses`: its present and earlier paths.
    """

    key: str
    audience: str
    title: str
    topic: str = ""
    summary: str = ""
    text: str = ""
    addresses: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0]

    @property
    def language(self) -> str:
        return language_of(self.key)


@dataclass(frozen=True, slots=True)
class Card:
    """A page as a result shows it, from the database and not from the index.

    `topic`: one of those that the source's `topics` gives, or "" for none.
    """

    title: str
    url: str
    summary: str
    text: str
    topic: str = ""


class Source(Protocol):
    """One kind of page."""

    kind: str

    def label(self) -> str:
        """Name the kind in the active language, in the plural, such as "Guides"."""
        ...

    def audiences(self, person: Person) -> frozenset[str]:
        """Return the audiences that `person` belongs to."""
        ...

    def every_key(self) -> Iterator[str]:
        """Yield the key of everything that can be found."""
        ...

    def documents(self, keys: Iterable[str]) -> list[Document]:
        """Return the present documents among `keys`; what is absent can no longer be found."""
        ...

    def cards(
        self, keys: Iterable[str], language: str, person: Person, *, with_text: bool = True
    ) -> Mapping[str, Card]:
        """Return those of `keys` that `person` may read, for a reader of `language`.

        Without text where titles are enough.
        """
        ...

    def topics(self, language: str, person: Person) -> list[tuple[str, str]]:
        """Return (topic, title) of the parts of the site, for the filter of the results page."""
        ...

    def address_to_create(self) -> str:
        """Return where an editor makes such a page (it takes a `title`), or nothing."""
        ...

    def untranslated(
        self, keys: Iterable[str], language: str, person: Person
    ) -> list[tuple[str, str]]:
        """Return those of `keys` that `person` could translate into `language`, which they lack.

        As (title, address of where it is done).
        """
        ...


sources: dict[str, Source] = {}


def register_source(source: Source) -> None:
    """Let the pages of `source` be found."""
    sources[source.kind] = source


def key_of(kind: str, number: int, language: str) -> str:
    """Return the key of a page in one language."""
    return f"{kind}:{number}:{language}"


def number_of(key: str) -> int:
    """Return the number in a key."""
    return int(key.split(":")[1])


def language_of(key: str) -> str:
    """Return the language of a key."""
    return key.rpartition(":")[2]


def by_kind(keys: Iterable[str]) -> dict[str, list[str]]:
    """Group keys by their kind; those of a kind that nobody registered are left out."""
    grouped: dict[str, list[str]] = {}
    for key in keys:
        kind = key.partition(":")[0]
        if kind in sources:
            grouped.setdefault(kind, []).append(key)
    return grouped


def audiences_of(person: Person) -> frozenset[str]:
    """Return every audience that `person` belongs to."""
    return frozenset().union(*(source.audiences(person) for source in sources.values()))


def present_documents(keys: Iterable[str]) -> list[Document]:
    """Read the present documents among `keys` from the database."""
    return [
        document
        for kind, of_kind in by_kind(keys).items()
        for document in sources[kind].documents(of_kind)
    ]
