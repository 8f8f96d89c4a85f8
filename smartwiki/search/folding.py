"""Words without what people leave out when they type: capitals, accents, apostrophes."""

import re
import unicodedata
from functools import lru_cache

APOSTROPHES = str.maketrans("’ʼ", "''")
_FOLDED = str.maketrans({"ß": "ss", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "'": ""})
_PIECE = re.compile(r"[^\W_]+")


@lru_cache(maxsize=10_000)
def fold(word: str) -> str:
    """Return `word` in lower case without accents, ligatures and apostrophes."""
    if word.isascii() and "'" not in word:
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.lower().translate(_FOLDED))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def fold_title(text: str) -> str:
    """Return `text` as titles and addresses are compared: folded words, one space between."""
    return " ".join(fold(piece) for piece in _PIECE.findall(unicodedata.normalize("NFC", text)))
