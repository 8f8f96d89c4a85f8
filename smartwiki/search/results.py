"""What the results page shows: the reader's language first, then what other languages have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from smartwiki.languages import language_codes
from smartwiki.search import glossary, shown
from smartwiki.search.backends import MOST_FOUND, Found, Scope, backend
from smartwiki.search.documents import (
    Card,
    audiences_of,
    language_of,
    number_of,
    sources,
)
from smartwiki.search.glossary import Explanation, Glossary
from smartwiki.search.highlight import Highlighter
from smartwiki.search.queries import Clause, Query, forms_in, loosely, parse
from smartwiki.search.shown import Reading
from smartwiki.search.spelling import did_you_mean

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person

PER_PAGE = 10
LAST_PAGE = MOST_FOUND // PER_PAGE
PER_OTHER_LANGUAGE = 3
FEW = 5  # results with all the words; below, pages with some of them are shown too


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asked for; "" in a choice means everything."""

    text: str
    language: str = ""
    kind: str = ""
    topic: str = ""
    page: int = 1

    def address(self, **changes: Any) -> str:
        """Return the address of the results page for this, with `changes`."""
        wanted = replace(self, **changes)
        names = {"q": wanted.text, "language": wanted.language, "kind": wanted.kind}
        names |= {"topic": wanted.topic, "page": str(wanted.page) if wanted.page > 1 else ""}
        return f"{reverse('search')}?{urlencode({k: v for k, v in names.items() if v})}"


@dataclass(frozen=True, slots=True)
class Result:
    """One page that was found; `language` is the text's own, `place` its kind and topic."""

    title: SafeString
    snippet: SafeString
    url: str
    language: str
    place: str
    rank: int


class Counted:
    """Pages of which only so many are counted as a reader can go through."""

    __slots__ = ()
    total: int

    @property
    def is_more(self) -> bool:
        return self.total > MOST_FOUND

    @property
    def shown(self) -> int:
        return min(self.total, MOST_FOUND)


@dataclass(frozen=True, slots=True)
class Group(Counted):
    """What another language has."""

    language: str
    total: int
    results: list[Result]
    url: str


@dataclass(frozen=True, slots=True)
class Results(Counted):
    """One page of results.

    `partly`: pages with some of the words, where few have them all. `meant`: the best of what
    `suggestion` finds.
    """

    results: list[Result]
    total: int
    page: int
    others: list[Group] = field(default_factory=list)
    partly: list[Result] = field(default_factory=list)
    suggestion: str | None = None
    meant: list[Result] = field(default_factory=list)
    explanations: list[Explanation] = field(default_factory=list)

    @property
    def pages(self) -> int:
        return -(-self.shown // PER_PAGE)

    @property
    def found_anything(self) -> bool:
        return bool(self.total or self.others or self.partly)


def find(
    wanted: Wanted,
    reader_language: str,
    person: Person,
    topics: Mapping[str, str],
    state: Reading,
) -> Results:
    """Search in a state of the content for a reader, who knows `topics` by their titles.

    Raises SearchUnavailableError while there is no index.
    """
    return _Finding(wanted, reader_language, person, topics, state).run()


def found_elsewhere(text: str, language: str, person: Person) -> list[str]:
    """Return the keys of what the other languages have on `text`, the best of each first.

    Raises SearchUnavailableError.
    """
    others = _Finding(Wanted(text), language, person, {}, shown.reading()).others()
    return [key for _query, found in others for key in found.keys[:PER_OTHER_LANGUAGE]]


class _Finding:
    def __init__(
        self,
        wanted: Wanted,
        reader_language: str,
        person: Person,
        topics: Mapping[str, str],
        state: Reading,
    ) -> None:
        self.wanted, self.person, self.topics, self.state = wanted, person, topics, state
        self.reader_language = reader_language
        self.language = wanted.language or reader_language
        self.scope = Scope(audiences_of(person), wanted.kind, wanted.topic)
        self.kinds = {kind: source.label() for kind, source in sources.items()}
        self.known: Glossary = glossary.glossary(state)
        self.query = parse(wanted.text, self.language)
        self.asked = self.known.expand(self.query)

    def run(self) -> Results:
        found = self._search(self.asked, page=self.wanted.page)
        others = self.others()
        suggestion, better, meant = self._suggestion(found)
        partly = [key for key in self._partly(found) if key not in meant]
        groups = self._once(others, {number_of(key) for key in [*found.keys, *meant, *partly]})
        cards = self._cards(
            [*found.keys, *meant, *partly, *(key for _q, _n, keys in groups for key in keys)]
        )
        return Results(
            results=self._results(found.keys, self.asked, cards, first_rank=self._offset + 1),
            total=found.total,
            page=self.wanted.page,
            others=self._groups(groups, cards),
            partly=self._results(
                partly, self.asked, cards, first_rank=len(found.keys) + len(meant) + 1
            ),
            suggestion=suggestion,
            meant=self._results(meant, better, cards),
            explanations=self.known.explain(self.query),
        )

    def _suggestion(self, found: Found) -> tuple[str | None, Query, list[str]]:
        """What was meant, if nothing has all the words: its text, its query, the best of its pages.

        A reader who follows a proposal comes to a page that has all of it.
        """
        if not found.total and self.query.wanted:
            text = did_you_mean(self.wanted.text, self.query, self.scope, self._exists)
            better = self.known.expand(parse(text or "", self.language))
            if meant := self._search(better).keys[:FEW]:
                return text, better, meant
        return None, self.asked, []

    def _partly(self, found: Found) -> list[str]:
        """Pages with some of the words, when so few have them all that the best may be missing."""
        loose = loosely(self.asked)
        if found.total >= FEW or (len(self.asked.wanted) == 1 and loose == self.asked):
            return []
        some = self._search(replace(loose, exact=""), any_word=True).keys
        return [key for key in some if key not in found.keys][: PER_PAGE - len(found.keys)]

    @property
    def _offset(self) -> int:
        return (self.wanted.page - 1) * PER_PAGE

    def _search(self, query: Query, *, page: int = 1, any_word: bool = False) -> Found:
        if query.is_empty:
            return Found([], 0)
        return backend().search(
            query,
            self.scope,
            offset=(page - 1) * PER_PAGE,
            limit=PER_PAGE,
            any_word=any_word,
        )

    def _exists(self, clause: Clause) -> bool:
        alone = replace(self.query, wanted=(clause,), excluded=(), exact="")
        return backend().search(self.known.expand(alone), self.scope, limit=1).total > 0

    def others(self) -> list[tuple[Query, Found]]:
        """What other languages have, unless one language was chosen or this is a later page."""
        if self.wanted.language or self.wanted.page > 1:
            return []
        found = []
        for language in language_codes():
            if language != self.language:
                query = self.known.expand(parse(self.wanted.text, language))
                if not query.is_empty:
                    found.append((query, backend().search(query, self.scope, limit=PER_PAGE)))
        return [(query, each) for query, each in found if each.total]

    def _cards(self, keys: list[str]) -> dict[str, Card]:
        return shown.cards(keys, self.reader_language, self.person, self.state)

    def _once(
        self, others: list[tuple[Query, Found]], above: set[int]
    ) -> list[tuple[Query, int, list[str]]]:
        """What to show of other languages: each page once, so what stands above is left out."""
        return [
            (
                query,
                found.total,
                [key for key in found.keys if number_of(key) not in above][:PER_OTHER_LANGUAGE],
            )
            for query, found in others
        ]

    def _groups(
        self, groups: list[tuple[Query, int, list[str]]], cards: dict[str, Card]
    ) -> list[Group]:
        return [
            Group(query.language, total, results, self.wanted.address(language=query.language))
            for query, total, keys in groups
            if (results := self._results(keys, query, cards))
        ]

    def _results(
        self, keys: list[str], query: Query, cards: dict[str, Card], first_rank: int = 1
    ) -> list[Result]:
        forms = (form for clause in query.wanted for form in forms_in(clause.node))
        highlighter = Highlighter(forms, query.language)
        present = (key for key in keys if key in cards)  # the index may be a moment behind
        return [
            self._result(key, cards[key], highlighter, rank)
            for rank, key in enumerate(present, first_rank)
        ]

    def _result(self, key: str, card: Card, highlighter: Highlighter, rank: int) -> Result:
        kind = self.kinds[key.partition(":")[0]] if len(self.kinds) > 1 else ""
        place = filter(None, (kind, self.topics.get(card.topic, "")))
        return Result(
            title=highlighter.highlight(card.title),
            snippet=highlighter.snippet(card.text) or highlighter.highlight(card.summary),
            url=card.url,
            language=language_of(key),
            place=" · ".join(place),
            rank=rank,
        )
