"""Addresses as readers of a language have them, since words in them are translated."""

from django.urls import reverse
from django.utils import translation


def at(language: str, name: str, *args) -> str:
    """Return the address of the page called `name`, such as "desk:mine"."""
    with translation.override(language):
        return reverse(name, args=args)
