"""Dutch and German write compounds as one word: « onkostennota » is found by « nota » too."""

from __future__ import annotations

from functools import cache

from smartwiki.search import lexicon
from smartwiki.search.stopwords import STOP_WORDS

LINKING = ("", "s", "en", "e", "n", "es", "er")
LONGEST = 40  # letters; a longer string is no compound, but takes long to try

# Endings that are words too, and never the second half of a compound.
_ENDINGS = {
    "nl": """
        aan achtig achtige aties atie baar ellen ende eren ging heid ingen isme keit lijk ling
        loos loze matig matige schap schappen ster teit tjes jes waarts zaam
    """,
    "de": """
        bare baren barer ellen heit heiten ieren iert innen isch ische ismus keit keiten lich liche
        lichen licher ling linge los lose losen loser lung nung rung rungen sam same schaft
        schaften tion tionen tung tungen ungen weise
    """,
}
_NO_PART = {language: frozenset(endings.split()) for language, endings in _ENDINGS.items()}


def split(language: str, word: str) -> tuple[str, ...]:
    """Return the parts of `word` (folded), without the letters that link them; () for a simple one.

    A word is split where the parts are on average at least as common as the whole word is: in as
    few parts and with as few linking letters as can be. Each part may be a compound again.
    """
    if language not in _NO_PART or not 2 * lexicon.SHORTEST <= len(word) <= LONGEST:
        return ()
    if not word.isalpha():
        return ()
    known = lexicon.words(language)
    whole = known.rarity(word)
    ways = [
        (len(parts), len(word) - sum(map(len, parts)), mean, parts)
        for parts in _ways(word, known, _never_parts(language), most=3)
        if len(parts) > 1 and (mean := sum(map(known.rarity, parts)) / len(parts)) <= whole
    ]
    return min(ways)[-1] if ways else ()


@cache
def _never_parts(language: str) -> frozenset[str]:
    return _NO_PART[language] | STOP_WORDS[language]


def _ways(
    word: str, known: lexicon.WordList, no_part: frozenset[str], *, most: int
) -> list[tuple[str, ...]]:
    """Every way to read `word` as one to `most` known words with linking letters between."""
    found: list[tuple[str, ...]] = []
    if word in known and word not in no_part:
        found.append((word,))
    if most == 1:
        return found
    for cut in range(lexicon.SHORTEST, len(word) - lexicon.SHORTEST + 1):
        head, rest = word[:cut], word[cut:]
        if head not in known or head in no_part:
            continue
        for link in LINKING:
            if rest.startswith(link) and len(rest) - len(link) >= lexicon.SHORTEST:
                tails = _ways(rest[len(link) :], known, no_part, most=most - 1)
                found += [(head, *tail) for tail in tails]
    return found
