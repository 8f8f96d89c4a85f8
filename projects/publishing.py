"""What changes a project for its readers: each in one transaction, and readers' pages are told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.finding import note_change
from projects.following import tell_of_calls, tell_of_update
from projects.models import CallResponse, Milestone, Project, Status, Update
from smartwiki.accounts.models import User
from smartwiki.audit import record
from smartwiki.heard import forget
from smartwiki.models import ContentVersion


def tell(*projects: Project) -> None:
    """Tell readers' pages and search that these projects changed; needs a transaction."""
    note_change(*(project.pk for project in projects))
    ContentVersion.bump()


@transaction.atomic
def publish_update(update: Update, milestones: Iterable[Milestone] = ()) -> Update:
    """Publish an entry of the journal, with the status and progress that it gives the project.

    The status counts as confirmed by it. `milestones` of the same project are done with it.
    Raises ValidationError for an entry without a title and for a new status without a reason.
    """
    project = Project.objects.select_for_update().get(pk=update.project_id)
    if update.status == project.status:
        update.status = ""
    if update.status:
        update.status_before = project.status
        _change_status(project, Status(update.status), update)
    if update.progress is not None:
        project.progress = update.progress
    update.full_clean()
    update.save()
    project.news_at = max(filter(None, [project.news_at, update.published_at]))
    project.confirmed_on = timezone.localdate(update.published_at)
    project.save(update_fields=["status", "progress", "ended", "news_at", "confirmed_on"])
    record(update.author, "project.update_published", project, status=str(project.status))
    for milestone in milestones:
        tick(milestone)
    tell_of_update(update, project)
    tell(project)
    return update


def _change_status(project: Project, status: Status, update: Update) -> None:
    """Keep the day of the end true: it ended that day, or it is taken up again."""
    project.status = status
    if not status.is_final:
        project.ended = ""
    elif not project.ended:
        project.ended = timezone.localdate(update.published_at).isoformat()


@transaction.atomic
def confirm(project: Project) -> None:
    """Record that somebody responsible says "nothing changed, still true" today."""
    project.confirmed_on = timezone.localdate()
    project.save(update_fields=["confirmed_on"])
    ContentVersion.bump()


@transaction.atomic
def tick(milestone: Milestone, *, is_done: bool = True) -> None:
    """Mark a milestone as done today, or as not done after all; twice is the same as once."""
    if bool(milestone.done_on) != is_done:
        milestone.done_on = timezone.localdate().isoformat() if is_done else ""
        milestone.save(update_fields=["done_on"])
        ContentVersion.bump()


@transaction.atomic
def save_form(form: forms.ModelForm[Any], project: Project, by: User) -> None:
    """Save a valid form of `project` or of a part of it."""
    form.save()
    tell_of_calls(project)
    record(by, "project.changed", project, fields=form.changed_data)
    tell(project)


@transaction.atomic
def delete_part(part: models.Model, by: User) -> None:
    """Delete a part of a project's page.

    Raises ValidationError for a call that people have answered: their words are not thrown away
    with it (they can be deleted one by one).
    """
    if hasattr(part, "responses") and part.responses.exists():
        raise ValidationError(
            _("People have answered this call. Delete their answers first."), code="answered"
        )
    record(by, "project.part_deleted", part)
    if isinstance(part, Milestone):
        forget("milestone", part.pk)
    part.delete()
    ContentVersion.bump()


@transaction.atomic
def delete_answer(answer: CallResponse, by: User) -> None:
    """Delete what somebody answered; who deleted it stays known, what it said does not."""
    record(by, "answer.deleted", answer)
    answer.delete()
