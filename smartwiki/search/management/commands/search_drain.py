import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from smartwiki.search.worker import SWEEP, look_after


class Command(BaseCommand):
    help = "Take what changed into the search index (web processes do this by themselves)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--forever", action="store_true", help="go on until stopped")

    def handle(self, *args: Any, forever: bool, **options: Any) -> None:
        look_after()
        while forever:
            time.sleep(SWEEP)
            look_after()
