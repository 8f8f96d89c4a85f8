from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from smartwiki.daily import do_daily_work
from smartwiki.notify.delivery import sweep_tasks
from smartwiki.notify.digests import queue_digests


class Command(BaseCommand):
    help = "Do what is to be done once a day: totals, reminders, digests, and forgetting."

    def handle(self, *args: Any, **options: Any) -> None:
        do_daily_work()
        digests = queue_digests()  # last, since they tell of what the rest has found
        sweep_tasks()
        call_command("retain", verbosity=0)
        call_command("prune_db_task_results", verbosity=0)
        if options["verbosity"]:
            self.stdout.write(f"Done; digests queued: {digests}.")
