"""`manage.py permission_matrix`: write who may do what into docs/permissions.md."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from smartwiki import matrix

PATH = settings.BASE_DIR / "docs" / "permissions.md"
HEAD = """# Who may do what

Written by `manage.py permission_matrix` from `smartwiki/matrix.py`; tests compare that table with
the rules and with real requests as each of these people. “Editor” may publish in every language,
the editors of French and of Dutch in one. Somebody whose account is closed is a visitor. Where
`REQUIRE_SECOND_FACTOR` asks for a second factor, people without one are members until they have it.
Who made a suggestion reads it too.
"""


class Command(BaseCommand):
    help = "Write docs/permissions.md; with --check only say whether it is current."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        text = document()
        if not options["check"]:
            PATH.write_text(text)
        elif not PATH.exists() or PATH.read_text() != text:
            raise CommandError("docs/permissions.md is old: run manage.py permission_matrix.")


def document() -> str:
    """Return the whole page."""
    rules = [
        ([f"`{rule.action}`", rule.thing, f"`{rule.route}`" if rule.route else ""], rule.who)
        for rule in matrix.RULES
    ]
    routes = [([f"`{name}`"], who) for name, who in matrix.ROUTES.items()]
    return "\n".join(
        [
            HEAD,
            "## Rules",
            "",
            *_table(["may", "what", "shown by"], rules),
            "",
            "## Addresses",
            "",
            "Of a guide for everybody in French, its source language, and of a published project.",
            "",
            *_table(["address"], routes),
            "",
        ]
    )


def _table(head: list[str], rows: Iterable[tuple[list[str], frozenset[str]]]) -> Iterable[str]:
    yield _row([*head, *matrix.PEOPLE])
    yield _row(["---"] * len(head) + [":-:"] * len(matrix.PEOPLE))
    for cells, who in rows:
        yield _row([*cells, *("✓" if person in who else "–" for person in matrix.PEOPLE)])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
