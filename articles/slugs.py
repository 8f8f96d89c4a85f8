"""Addresses made from titles."""

from django.utils.text import slugify

_AS_LETTERS = str.maketrans({"ß": "ss", "œ": "oe", "æ": "ae", "'": " ", "’": " ", "&": " "})


def slug_from(title: str) -> str:
    """Return a slug for `title`, at most 80 characters, cut between words; may be empty."""
    slug = slugify(title.lower().translate(_AS_LETTERS)).replace("_", "-").strip("-")
    if len(slug) <= 80:
        return slug
    return slug[:81].rpartition("-")[0] or slug[:80]
