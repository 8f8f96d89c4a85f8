"""Comments and answers to calls, as what something can come of; see `smartwiki.heard`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser

from projects.comments import mails
from projects.comments.models import Comment
from projects.models import CallResponse, Milestone, Project, Update
from projects.references import project_url
from projects.texts import words
from smartwiki.heard import Result
from smartwiki.markdown import Target
from smartwiki.notify import Recipient, queue

if TYPE_CHECKING:
    from smartwiki.accounts.models import User
    from smartwiki.accounts.policy import Person


class CommentVoices:
    """See `smartwiki.heard.Voices`."""

    def known(self, numbers: Collection[int], person: User) -> set[int]:
        found = Comment.objects.visible().filter(pk__in=numbers)
        return set(found.values_list("pk", flat=True))

    def tell(self, numbers: Collection[int], result: Result) -> None:
        for comment in Comment.objects.filter(pk__in=numbers).select_related("author", "project"):
            person: Person = comment.author or AnonymousUser()
            target = result.target_for(mails.language_of(comment), person)
            if target:
                key = f"comment-outcome:{comment.pk}:{result.kind}-{result.number}"
                mails.tell_outcome(comment, key, target.title, target.url)


class AnswerVoices:
    """Answers to calls: private, so only those who read them may name them."""

    def known(self, numbers: Collection[int], person: User) -> set[int]:
        own = Project.objects.editable_by(person)
        found = CallResponse.objects.filter(pk__in=numbers, call__project__in=own)
        return set(found.values_list("pk", flat=True))

    def tell(self, numbers: Collection[int], result: Result) -> None:
        found = CallResponse.objects.filter(pk__in=numbers)
        for answer in found.select_related("author", "call__project"):
            person: Person = answer.author or AnonymousUser()
            target = result.target_for(answer.language, person)
            if target:
                _tell(answer, result, target)


def _tell(answer: CallResponse, result: Result, target: Target) -> None:
    recipient = Recipient(answer.email, answer.language, answer.name, answer.author)
    source = answer.call.project.source_language
    context = {
        "call": words(answer.call, "title", answer.language, source).text,
        "quote": mails.quote(answer.message),
        "quote_language": answer.language,
        "outcome_title": target.title,
        "outcome_url": target.url,
    }
    queue(
        recipient,
        "answer_outcome",
        context,
        f"answer-outcome:{answer.pk}:{result.kind}-{result.number}",
    )


def update_targets(numbers: Iterable[int], language: str, person: Person) -> dict[int, Target]:
    """Return where updates are read, on the projects that `person` may see."""
    return _parts(Update, numbers, language, person, "update")


def milestone_targets(numbers: Iterable[int], language: str, person: Person) -> dict[int, Target]:
    """Return where milestones are read, on the projects that `person` may see."""
    return _parts(Milestone, numbers, language, person, "milestone")


def _parts(
    model: type[Update] | type[Milestone],
    numbers: Iterable[int],
    language: str,
    person: Person,
    kind: str,
) -> dict[int, Target]:
    readable = Project.objects.readable_by(person)
    found = model.objects.filter(pk__in=list(numbers), project__in=readable)
    targets = {}
    for part in found.select_related("project"):
        title = words(part, "title", language, part.project.source_language)
        url = f"{project_url(part.project, language)}#{kind}-{part.pk}"
        targets[part.pk] = Target(url, title.text, title.language)
    return targets
