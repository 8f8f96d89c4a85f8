import sys
from typing import Any

from django.core.management.base import BaseCommand

from smartwiki.search.rebuild import rebuild

WIDTH = 40  # characters of the progress bar


class Command(BaseCommand):
    help = "Make the search index anew. The present one is used until the new one is whole."

    def handle(self, *args: Any, **options: Any) -> None:
        if rebuild(self._show if options["verbosity"] else lambda done, total: None) is None:
            self.stdout.write("Another process is making the index already.")
        elif options["verbosity"]:
            self.stdout.write("The search index is new.")

    def _show(self, done: int, total: int) -> None:
        if not sys.stdout.isatty():
            return
        filled = WIDTH * done // total if total else WIDTH
        bar = "█" * filled + "░" * (WIDTH - filled)
        self.stdout.write(f"\r{bar} {done}/{total}", ending="\n" if done == total else "")
        self.stdout.flush()
