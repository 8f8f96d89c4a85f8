from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from smartwiki.daily import do_all
from smartwiki.privacy.forgetting import forget
from smartwiki.privacy.registry import Retention, rules


class Command(BaseCommand):
    help = "Forget what is older than the settings …_KEPT_DAYS say; to be run once a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Only say how much would be forgotten."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        do_all(partial(self._follow, rule, options) for rule in rules())

    def _follow(self, rule: Retention, options: dict[str, Any]) -> None:
        number = rule.rows().count() if options["dry_run"] else forget(rule)
        if options["verbosity"]:
            line = f"{rule.setting}={rule.days} {rule.table}: {number}"
            self.stdout.write(line + (" would be forgotten" if options["dry_run"] else ""))
