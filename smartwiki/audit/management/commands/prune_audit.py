"""Delete what is older than the audit log is kept, by the only way that the database allows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from smartwiki.audit import record
from smartwiki.audit.models import Entry, Pruning


class Command(BaseCommand):
    help = "Delete audit entries older than AUDIT_KEPT_DAYS; the log itself notes how many."

    def handle(self, *args: Any, **options: Any) -> None:
        before = timezone.now() - timedelta(days=settings.AUDIT_KEPT_DAYS)
        old = Entry.objects.filter(at__lt=before)
        with transaction.atomic():
            rows = old.count()
            if rows:
                Pruning.objects.create(before=before)
                old.delete()
                record(None, "audit.pruned", rows=rows, before=before.isoformat()[:10])
        self.stdout.write(f"{rows} entries from before {before:%Y-%m-%d} were deleted.")
