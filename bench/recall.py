"""How often the guide that people mean stands among the first results of what they type."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from bench.pairs import Pair

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person

TOWN = Path(__file__).resolve().parent / "town/guides.txt"
TOWN_QUESTIONS = "town/questions"
FIRST = 5  # results that people look at


def places(listed: Iterable[Pair], person: Person) -> dict[Pair, int | None]:
    """Return where on the page the guide stands, from 0; None where it is not on it."""
    from articles.models import Translation
    from articles.navigation import guide_url
    from smartwiki.languages import language_codes

    addresses: dict[tuple[str, str], set[str]] = {}
    for guide, path in Translation.objects.values_list("guide__import_key", "path"):
        for language in language_codes():
            addresses.setdefault((guide, language), set()).add(guide_url(language, path))
    return {
        each: _place(each, each.query, addresses[each.guide, each.language], person)
        for each in listed
    }


def _place(pair: Pair, query: str, urls: set[str], person: Person) -> int | None:
    """A spelling that is proposed is followed."""
    from smartwiki.search.results import Wanted, find
    from smartwiki.search.shown import reading

    page = find(Wanted(query), pair.language, person, {}, reading())
    shown = [
        *page.results,
        *page.meant,
        *page.partly,
        *(each for group in page.others for each in group.results),
    ]
    at = next((n for n, each in enumerate(shown) if each.url in urls), None)
    if at is None and page.suggestion and page.suggestion != query:
        return _place(pair, page.suggestion, urls, person)
    return at


def missed(found: dict[Pair, int | None]) -> list[Pair]:
    """Return what people would not have seen."""
    return [each for each, at in found.items() if at is None or at >= FIRST]


def make_town() -> None:
    """Make the guides of a town, whose words search was not made with, and its index."""
    from django.core.management import call_command

    from tests.guides import make_guide, translate

    for block in TOWN.read_text(encoding="utf-8").split("\n@")[1:]:
        key, *lines = block.strip().splitlines()
        texts = [line.split("|") for line in lines]
        language, title, text = texts[0]
        guide = make_guide(title, language, text=text, slug=key, import_key=key)
        for language, title, text in texts[1:]:
            translate(guide, language, title, text, slug=key)
    call_command("search_rebuild", verbosity=0)
