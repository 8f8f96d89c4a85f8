"""Inclusive writing: « usager·es » is found by usager, usagers and usagères.

French joins an ending with a middle dot, a full stop, a hyphen or brackets (« chargé.e.s »,
« conseiller-e », « directeur(rice) »); German writes « Künstler*innen » and « KünstlerInnen ».
"""

from __future__ import annotations

import re

_DOTS = "·•‧⋅∙"
_FEMININE = "e|ère|ne|le|te|ve|se|sse|fe|euse|ice|rice|trice|esse|eresse"
# Behind a full stop, hyphen or bracket only what is surely an ending.
_CLEAR = "e|ère|ne|se|euse|ice|rice|trice"
ELIDED = "[ldjmtsnc]|qu|jusqu|lorsqu|puisqu|quoiqu|quelqu|presqu"

PATTERNS = {
    "fr": (
        rf"(?:(?i:{ELIDED})['’ʼ])?(?:[^\W_]+(?:[{_DOTS}][^\W_]+)+"
        rf"|[^\W_]{{3,}}[.(\-/](?:{_CLEAR})(?:[.)\-]?s\)?|\))?(?![^\W_]|[-.'’][^\W_]))"
    ),
    "de": r"[^\W_]{3,}[*:_/]-?in(?:nen)?(?![^\W_])|[^\W_]+(?<=[a-zäöüß])In(?:nen)?(?![^\W_])",
}

_FRENCH = re.compile(
    rf"(?P<base>[^\W_]+?)(?P<plural_base>s?)[{_DOTS}.(\-/](?P<ending>{_FEMININE})"
    rf"(?P<plural>[{_DOTS}.)\-]?s)?\)?"
)
_GERMAN = re.compile(r"(?P<base>[^\W_]+)[*:_/]-?(?P<ending>in|innen)")

# The end of the masculine form that gives way to the feminine ending.
_REPLACED = (
    ("teur", ("rice", "trice", "ice"), "trice"),
    ("eur", ("euse", "se"), "euse"),
    ("eur", ("eresse", "esse"), "eresse"),
    ("f", ("ve",), "ve"),
    ("er", ("ère",), "ère"),
    ("x", ("se",), "se"),
)


def lower_german(word: str) -> str:
    """Return `word` in lower case; an inner capital becomes the mark that it stands for."""
    if word.endswith(("In", "Innen")) and len(word) > len("Innen"):
        word = re.sub(r"(?<=[a-zäöüß])In(nen)?$", r"*in\1", word)
    return word.lower()


def expand(language: str, word: str) -> tuple[str, ...]:
    """Return the forms that `word` stands for: masculine and feminine, or the word alone."""
    if word.isalnum():
        return (word,)
    if language == "fr" and (match := _FRENCH.fullmatch(word)):
        plural = "s" if match["plural"] or match["plural_base"] else ""
        base = match["base"]
        return (base + plural, _feminine(base, match["ending"]) + plural)
    if language == "fr" and word[-1] == "s" and word[:-2].isalnum() and word[-2] in _DOTS:
        return (word[:-2], word[:-2] + "s")
    if language == "de" and (match := _GERMAN.fullmatch(word)):
        return (match["base"], match["base"] + match["ending"])
    forms = tuple(part for part in re.split(rf"[{_DOTS}.()/*:_-]", word) if part)
    return forms or (word,)


def _feminine(base: str, ending: str) -> str:
    for masculine, endings, feminine in _REPLACED:
        if ending in endings and base.endswith(masculine):
            return base.removesuffix(masculine) + feminine
    return base + ending
