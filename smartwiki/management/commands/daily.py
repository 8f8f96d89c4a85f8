from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from smartwiki.daily import do_all, do_daily_work
from smartwiki.notify.delivery import sweep_tasks
from smartwiki.notify.digests import queue_digests


class Command(BaseCommand):
    help = "Do what is to be done once a day: totals, reminders, digests, and forgetting."

    def handle(self, *args: Any, **options: Any) -> None:
        def digests() -> None:
            queued = queue_digests()
            if options["verbosity"]:
                self.stdout.write(f"Digests queued: {queued}.")

        do_all(
            [
                do_daily_work,
                digests,  # after what they tell of
                sweep_tasks,
                lambda: call_command("retain", verbosity=0),
                lambda: call_command("prune_db_task_results", verbosity=0),
            ]
        )
