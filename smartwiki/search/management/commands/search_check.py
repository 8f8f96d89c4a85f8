from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from smartwiki.search.rebuild import differences, repair


class Command(BaseCommand):
    help = "Compare the search index with the database, and repair what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what differs")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        found = differences()
        for label, keys in (
            ("Missing", found.missing),
            ("Left over", found.left_over),
            ("Doubled", found.doubled),
        ):
            self.stdout.write(f"{label}: {len(keys)}")
            for key in sorted(keys)[:20]:
                self.stdout.write(f"  {key}")
        if found.all() and not dry_run:
            repair(found)
            left = len(differences().all())
            self.stdout.write("Repaired." if not left else f"Still different: {left}.")
