"""The demonstration's conversation: clearly made up, from `demo/comments`; more on request."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from projects.comments import speaking
from projects.comments.models import Comment, Report, State, Transition
from projects.comments.moderation import pin
from projects.comments.steps import Actor, Step, move
from projects.comments.texts import fingerprint
from projects.models import Project
from smartwiki.accounts.models import Grant, User

REASON = "Exemple de raison : ce commentaire parle d’autre chose."


@transaction.atomic
def load_demo(folder: Path) -> int:
    """Load the conversation unless there is one already; return how many comments are new."""
    if Comment.objects.exists():
        return 0
    number = 0
    projects = {project.key: project for project in Project.objects.published()}
    for record in yaml.safe_load((folder / "comments.yaml").read_text(encoding="utf-8")):
        answers = record.pop("answers", [])
        question = _comment({**record, "project": projects[record["project"]]})
        for answer in answers:
            _comment({**answer, "project": question.project, "answers_to": question})
        number += 1 + len(answers)
    return number


@transaction.atomic
def load_showcase() -> None:
    """Add a comment in each state, long and short, to a project; twice is the same as once."""
    project = Project.objects.published().order_by("pk").first()
    if project is None or Comment.objects.filter(name="Fictif").exists():
        return
    for number, state in enumerate([*State, State.PENDING, State.PENDING, State.APPROVED]):
        text = f"Exemple fictif n° {number + 1}. " + "Une phrase de plus. " * (number * 6)
        record = {"project": project, "name": "Fictif", "language": "fr", "body": text.strip()}
        comment = _comment({**record, "state": state, "days_ago": 30 - number})
        if state == State.HIDDEN:
            Report.objects.create(comment=comment, reason=Report.Reason.HURTFUL, text="Exemple.")
    question = Comment.objects.filter(name="Fictif", state=State.APPROVED).latest("pk")
    for number in range(14):
        record = {"project": project, "answers_to": question, "name": "Fictive", "language": "nl"}
        _comment({**record, "body": f"Fictief antwoord {number + 1}.", "days_ago": 10})


def _comment(record: dict[str, Any]) -> Comment:
    at = timezone.now() - timedelta(days=record["days_ago"])
    comment = Comment(
        project=record["project"],
        answers_to=record.get("answers_to"),
        name=record.get("name", ""),
        language=record["language"],
        body=record["body"],
        created_at=at,
        fingerprint=fingerprint(record["body"]),
    )
    if "by" in record:
        comment.author = User.objects.get(email=record["by"])
        speaking.post(comment, official=True)
        if record.get("pinned"):
            pin(comment.pk, comment.author)
    else:
        comment.thread = comment.answers_to
        _take_to(comment, record.get("state", State.APPROVED))
    Transition.objects.filter(comment=comment).update(at=at)
    return comment


def _take_to(comment: Comment, state: str) -> None:
    """Take a comment along the ordinary way, as far as `state`."""
    moderator = User.objects.filter(grants__role=Grant.Role.MODERATOR).first()
    at = comment.created_at
    move(comment, State.UNCONFIRMED, Step(Actor.AUTHOR))
    if state == State.UNCONFIRMED:
        return
    move(comment, State.PENDING, Step(Actor.AUTHOR, why="confirmed"), waiting_since=at)
    if state == State.HIDDEN:
        move(comment, State.APPROVED, Step(Actor.TEAM, moderator, "approve"))
        move(comment, State.HIDDEN, Step(Actor.READERS, why="reports"), waiting_since=at)
    elif state == State.WITHDRAWN:
        move(comment, State.WITHDRAWN, Step(Actor.AUTHOR, why="withdrawn"))
    elif state != State.PENDING:
        reason = REASON if state == State.REJECTED else ""
        move(comment, state, Step(Actor.TEAM, moderator, reason=reason))
