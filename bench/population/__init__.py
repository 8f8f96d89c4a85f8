"""Sites of any size, made through the real models: guides in four languages, projects, comments.

    VAR_DIR=… python -m bench.population --guides 10000 --projects 500 --comments 1000000

The tree has ten guides below each guide, as deep as there are enough of them; texts are put
together from paragraphs of the demonstration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

LANGUAGES = ("fr", "nl", "en", "de")
Report = Callable[[str, int, int], None]  # is told what is made, how many, and of how many


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is: `talk` comments are on the first project, the others have the rest."""

    guides: int
    projects: int
    talk: int
    comments: int
    people: int

    @property
    def entries(self) -> int:
        """Of the audit log."""
        return 10 * self.guides


def in_batches(items: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while some := list(islice(items, size)):
        yield some
