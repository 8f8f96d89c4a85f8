"""Is it still true? Signing off, what is overdue, reminders, and subjects that are not settled."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from articles.calendar import months_after
from articles.models import Guide, ReviewReminder, Translation
from smartwiki.models import ContentVersion

if TYPE_CHECKING:
    from smartwiki.accounts.models import User


def due_on(translation: Translation) -> date | None:
    """Return when the text must be looked at again; needs `with_last_checked()`."""
    if translation.guide.review_every is None or translation.last_checked is None:
        return None
    return months_after(translation.last_checked, translation.guide.review_every)


def overdue_of(owner: User, number: int) -> list[Translation]:
    """Return what `owner` must look at again, the `number` longest overdue (two queries)."""
    overdue = Translation.objects.listed_for(owner).filter(guide__owner=owner.pk).overdue()
    return list(overdue.select_related("guide").order_by(F("last_checked"), "pk")[:number])


@transaction.atomic
def plan_reviews(
    guide: Guide, *, owner: User | None, review_every: int | None, standing: str
) -> None:
    """Say who answers for a guide, how often it is reviewed (in months) and how settled it is.

    Raises ValidationError for an interval or a standing that does not exist.
    """
    guide.owner, guide.review_every, guide.standing = owner, review_every, standing
    guide.clean_fields(exclude=["parent"])
    guide.save(update_fields=["owner", "review_every", "standing"])
    ContentVersion.bump()


@transaction.atomic
def remind_owners() -> None:
    """Once a day: queue reminders, and hand them over to their owners' digests."""
    queue_reminders()
    ReviewReminder.objects.filter(sent_at=None).update(sent_at=timezone.now())


def queue_reminders(today: date | None = None) -> int:
    """Queue a reminder to each owner of an overdue text, once for each date; return how many."""
    overdue = Translation.objects.overdue(today).filter(guide__owner__is_active=True)
    before = ReviewReminder.objects.count()
    ReviewReminder.objects.bulk_create(
        [
            ReviewReminder(translation=each, person=each.guide.owner, due=due)
            for each in overdue.select_related("guide__owner")
            if (due := due_on(each))
        ],
        ignore_conflicts=True,
    )
    return ReviewReminder.objects.count() - before
