from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from articles.desk.dashboard import take_down_coverage
from articles.desk.freshness import queue_reminders
from articles.models import ReviewReminder
from projects.following import tell_of_open_calls
from smartwiki.notify.digests import queue_digests
from smartwiki.notify.keeping import tidy_up


class Command(BaseCommand):
    help = "Do what is to be done once a day: totals, reminders of reviews, digests, tidying up."

    def handle(self, *args: Any, **options: Any) -> None:
        take_down_coverage()
        number = queue_reminders()
        tell_of_open_calls()
        digests = queue_digests()
        ReviewReminder.objects.filter(sent_at=None).update(sent_at=timezone.now())
        tidy_up()
        if options["verbosity"]:
            self.stdout.write(f"Totals taken down; reminders queued: {number}; digests: {digests}.")
