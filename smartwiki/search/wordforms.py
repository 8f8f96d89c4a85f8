"""What an inflected or derived word comes from: no stemmer knows « journaux » or « ingediend ».

What comes out, with examples, is part of the table in tests/search/test_analysis.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from smartwiki.search.dictionary import forms


def _ending(pattern: str, *, behind: int = 3) -> re.Pattern[str]:
    return re.compile(rf"(?<=[^\W_]{{{behind}}})(?:{pattern})$")


# How words end, and how those end that they come from.
_ENDINGS = {
    # Women's words by men's, which the stemmer keeps apart.
    "fr": (
        (_ending("trices?", behind=2), "teur"),
        (_ending("euses?"), "eur"),
        (_ending("ives?"), "if"),
    ),
    # American spelling by British, and nouns by what they are made of: « payment », « membership ».
    "en": (
        (_ending(r"iz(e[ds]?|ers?|ing|ations?)"), r"is\1"),
        (_ending(r"yz(e[ds]?|ers?|ing)"), r"ys\1"),
        (_ending(r"ens(es?)"), r"enc\1"),
        (_ending(r"(?<=col|fav|hon|lab)or(s?)"), r"our\1"),
        (_ending(r"(?<=neighb)or(s?)"), r"our\1"),
        (_ending(r"(?:ment|ship)s?"), ""),
    ),
    "de": ((_ending(r"[hk]eit(?:en)?"), ""),),
}
# Nouns by their verbs, where there are such verbs: « Kündigung », « melding ».
_NOUNS_OF_VERBS = {
    "nl": (_ending("ing(?:en)?"), ("en",)),
    "de": (_ending("ung(?:en)?"), ("en", "n")),
}


def origins(language: str, word: str) -> Iterator[str]:
    """Yield what `word` (lower case, with its accents) comes from, as far as that is known."""
    yield from dictionary_forms(language, word)
    for ending, replaced in _ENDINGS.get(language, ()):
        if ending.search(word):
            yield ending.sub(replaced, word)
    if language in _NOUNS_OF_VERBS:
        ending, infinitives = _NOUNS_OF_VERBS[language]
        if ending.search(word):
            verbs = (ending.sub(infinitive, word) for infinitive in infinitives)
            yield from (verb for verb in verbs if is_dictionary_form(language, verb))


def dictionary_forms(language: str, word: str) -> tuple[str, ...]:
    """Return what `word` stands under in a dictionary, in lower case.

    Nothing where that is not known, or where one meaning of it stands there as it is.
    """
    found = forms(language, word)
    if any(form.is_base for form in found):
        return ()
    return tuple(dict.fromkeys(form.base.lower() for form in found))


def is_dictionary_form(language: str, word: str) -> bool:
    """Whether a dictionary has `word` as it is."""
    return any(form.is_base for form in forms(language, word))
