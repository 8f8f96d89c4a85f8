"""The spaces that a language puts inside its punctuation, so that lines do not break there."""

import re

_BEFORE = re.compile(r"(?<=\S) (?=[:;?!»%€])")
_AFTER = re.compile(r"(?<=«) (?=\S)")
NO_BREAK_SPACE = "\u00a0"


def keep_together(text: str, language: str) -> str:
    """Return `text` with no-break spaces where French has a space at a punctuation mark."""
    if language != "fr":
        return text
    return _AFTER.sub(NO_BREAK_SPACE, _BEFORE.sub(NO_BREAK_SPACE, text))
