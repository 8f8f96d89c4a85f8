"""Forgetting in time what is not needed any more."""

from __future__ import annotations

from django.core.management import call_command
from django.db import transaction

from smartwiki.privacy.registry import Retention


@transaction.atomic
def forget(rule: Retention) -> int:
    """Enforce one rule; returns how many rows it was about."""
    rows = rule.rows()
    if rule.command:
        number = rows.count()
        if number:
            call_command(rule.command, verbosity=0)
        return number
    if rule.becomes is not None:
        return rows.update(**rule.becomes)
    number = rows.count()
    rows.delete()
    return number
