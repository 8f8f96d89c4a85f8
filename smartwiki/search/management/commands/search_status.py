from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from smartwiki.search import analysis
from smartwiki.search.backends import backend
from smartwiki.search.documents import language_of
from smartwiki.search.models import Dirty, Target


class Command(BaseCommand):
    help = "Say what state the search index is in."

    def handle(self, *args: Any, **options: Any) -> None:
        name = backend().current()
        self.stdout.write(f"Engine: {settings.SEARCH_ENGINE}")
        self.stdout.write(f"Rules: {analysis.version()}")
        self.stdout.write(f"In use: {name or 'nothing; the index must be made (search_rebuild)'}")
        if name:
            pages = Counter(map(language_of, backend().keys(name)))
            listed = ", ".join(f"{language} {n}" for language, n in sorted(pages.items()))
            self.stdout.write(f"Pages: {pages.total()} ({listed})")
        for target in Target.objects.exclude(name=name):
            self.stdout.write(f"Being made: {target} since {target.created_at:%Y-%m-%d %H:%M}")
        waiting = Dirty.objects.filter(target=name).order_by("changed_at")
        oldest = waiting.first()
        age = f", the oldest for {(timezone.now() - oldest.changed_at).seconds} s" if oldest else ""
        self.stdout.write(f"Waiting: {waiting.count()}{age}")
