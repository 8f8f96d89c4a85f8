from typing import Any

from django.core.management.base import BaseCommand

from articles.desk.dashboard import take_down_coverage
from articles.desk.freshness import queue_reminders


class Command(BaseCommand):
    help = "Do what is to be done once a day: take down the totals, queue reminders of reviews."

    def handle(self, *args: Any, **options: Any) -> None:
        take_down_coverage()
        number = queue_reminders()
        if options["verbosity"]:
            self.stdout.write(f"Totals taken down; reminders queued: {number}.")
