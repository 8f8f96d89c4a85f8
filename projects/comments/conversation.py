"""A project’s conversation as a reader sees it: pages of threads, in constantly few queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber
from django.http import QueryDict
from django.utils.safestring import SafeString

from projects.comments.models import Comment, State
from projects.comments.querysets import CommentQuerySet
from projects.comments.texts import as_html
from projects.models import Project
from projects.texts import Words, words
from smartwiki.heard import outcomes_of
from smartwiki.languages import language_codes, own_name
from smartwiki.markdown import Target

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person

THREADS = 20  # a page
ANSWERS = 10  # of a thread, before "all answers"
ANSWERS_A_PAGE = 50
LATEST = 3  # threads on the project's own page
VOICE = "comment"  # see smartwiki.heard
NEWEST, OLDEST = "newest", "oldest"


@dataclass(slots=True)
class Part:
    """A comment for a `reader` of one language, with what became of it."""

    comment: Comment
    reader: str = ""
    outcomes: list[Target] = field(default_factory=list)

    @property
    def html(self) -> SafeString:
        return as_html(self.comment.body)

    @property
    def answered_name(self) -> str:
        """Whom an answer to an answer is for; an answer to the first comment needs no name."""
        to = self.comment.answers_to
        return to.shown_name if to and to.pk != self.comment.thread_id else ""

    @property
    def about(self) -> Words:
        """The title of the news or the call that this is about; answers are about the same."""
        subject = self.comment.update or self.comment.call
        if subject is None or self.comment.thread_id or not self.reader:
            return Words("")
        return words(subject, "title", self.reader)

    @property
    def is_withdrawn(self) -> bool:
        return self.comment.state == State.WITHDRAWN


@dataclass(slots=True)
class Thread:
    """What somebody said, and the first of what others answered."""

    first: Part
    answers: list[Part] = field(default_factory=list)
    number: int = 0

    @property
    def parts(self) -> list[Part]:
        return [self.first, *self.answers]

    @property
    def more(self) -> int:
        return self.number - len(self.answers)


@dataclass(frozen=True, slots=True)
class Subject:
    """What comments can be about: the project itself, or one update or call of it."""

    kind: str = ""
    pk: int = 0

    @classmethod
    def named(cls, name: str) -> Subject:
        """Read "update-12"; anything else is the project itself."""
        kind, _dash, number = name.partition("-")
        if kind in ("update", "call") and number.isascii() and number.isdigit():
            return cls(kind, int(number[:18]))
        return cls()

    def __str__(self) -> str:
        return f"{self.kind}-{self.pk}" if self.kind else ""

    def __bool__(self) -> bool:
        return bool(self.kind)

    def filters(self) -> dict[str, int]:
        return {self.kind: self.pk} if self.kind else {}


class Conversation:
    """A page of a project's threads.

    `query`: order, language, subject and page as the address has them; what is unknown counts as
    not said.
    """

    def __init__(self, project: Project, reader: str, person: Person, query: QueryDict) -> None:
        self.project, self.reader, self.person = project, reader, person
        self.order = OLDEST if query.get("order") == OLDEST else NEWEST
        self.subject = Subject.named(query.get("about", ""))
        self.language = query.get("language", "")
        if self.language not in language_codes():
            self.language = ""
        self.asked_page = query.get("page")

    @cached_property
    def languages(self) -> list[tuple[str, str]]:
        """The languages that somebody speaks here (one query)."""
        spoken = Comment.objects.languages_on(self.project, language_codes())
        return [(code, own_name(code)) for code in spoken]

    @cached_property
    def page(self) -> Page[Comment]:
        threads = Comment.objects.threads_on(self.project).filter(**self.subject.filters())
        if self.language:
            threads = threads.filter(language=self.language)
        ordered = threads.oldest_first() if self.order == OLDEST else threads.newest_first()
        return Paginator(ordered.for_readers(), THREADS).get_page(self.asked_page)

    @cached_property
    def threads(self) -> list[Thread]:
        return with_answers(list(self.page.object_list), self.reader, self.person)

    @property
    def filter_query(self) -> str:
        """What is chosen, for links to other pages of the same list."""
        chosen = {"language": self.language, "about": str(self.subject)}
        if self.order == OLDEST:
            chosen["order"] = OLDEST
        return urlencode({name: value for name, value in chosen.items() if value})


def with_answers(firsts: Iterable[Comment], reader: str, person: Person) -> list[Thread]:
    """Return threads with the first of their answers, and what became of all (two queries)."""
    threads = {comment.pk: Thread(Part(comment, reader)) for comment in firsts}
    for answer in _first_answers(threads):
        thread = threads[answer.thread_id]
        thread.number = answer.number
        thread.answers.append(Part(answer, reader))
    add_outcomes((part for thread in threads.values() for part in thread.parts), reader, person)
    return list(threads.values())


def add_outcomes(parts: Iterable[Part], reader: str, person: Person) -> None:
    """Add what became of comments (a query, and one for each kind of thing that came of them)."""
    by_number = {part.comment.pk: part for part in parts}
    for number, targets in outcomes_of(VOICE, by_number.keys(), reader, person).items():
        by_number[number].outcomes = targets


def _first_answers(threads: Iterable[int]) -> Iterable[Any]:
    in_thread: dict[str, Any] = {"partition_by": F("thread_id")}
    order: list[Any] = [F("pinned_at").asc(nulls_last=True), "created_at", "pk"]
    return (
        Comment.objects.approved()
        .filter(thread__in=list(threads))
        .annotate(
            place=Window(RowNumber(), **in_thread, order_by=order),
            number=Window(Count("pk"), **in_thread),
        )
        .filter(place__lte=ANSWERS)
        .order_by("place")
        .for_readers()
    )


@dataclass(frozen=True, slots=True)
class Latest:
    """The conversation as a project's own page shows it: how much is said, and the latest of it."""

    number: int
    threads: list[Thread]
    by_subject: dict[str, int]

    @property
    def are_all(self) -> bool:
        return self.number == sum(1 + len(thread.answers) for thread in self.threads)


def latest(project: Project, reader: str, person: Person) -> Latest:
    """Return how much is said about a project, and its latest threads (four queries at most)."""
    by_subject: dict[str, int] = {}
    total = 0
    for update, call, number in Comment.objects.counted_on(project):
        total += number
        if update or call:
            by_subject[f"update-{update}" if update else f"call-{call}"] = number
    if not total:
        return Latest(0, [], {})
    firsts = Comment.objects.threads_on(project).newest_first().for_readers()[:LATEST]
    return Latest(total, with_answers(firsts, reader, person), by_subject)


def whole_thread(project: Project, pk: int, page: str | None) -> tuple[Comment, Page[Comment]]:
    """Return a thread's first comment and a page of its answers.

    Raises Comment.DoesNotExist where readers see no such thread.
    """
    first = Comment.objects.threads_on(project).for_readers().get(pk=pk)
    answers = Comment.objects.approved().filter(thread=pk).in_conversation().for_readers()
    return first, Paginator(answers, ANSWERS_A_PAGE).get_page(page)


def place_of(project: Project, pk: int) -> tuple[str, dict[str, int]]:
    """Return on which page ("conversation" or "thread"), with which arguments, a comment stands.

    Raises Comment.DoesNotExist where readers do not see it (five queries at most).
    """
    comment = Comment.objects.visible_on(project).filter(pk=pk).first()
    if comment is None:  # perhaps only its answers are left
        comment = Comment.objects.threads_on(project).get(pk=pk)
    first = comment
    if comment.thread_id:
        answers = Comment.objects.approved().filter(thread=comment.thread_id)
        place = _before(answers, comment)
        if place >= ANSWERS:
            return "thread", {"pk": comment.thread_id, "page": place // ANSWERS_A_PAGE + 1}
        first = Comment.objects.get(pk=comment.thread_id)
    return "conversation", {"page": _above(project, first) // THREADS + 1}


def _above(project: Project, first: Comment) -> int:
    """How many threads stand above this one, in the order of `newest_first`.

    They lie together in an index. SQLite uses it for a flag that is `IN` a list, not for one alone.
    """
    threads = Comment.objects.threads_on(project)
    later = Q(created_at__gt=first.created_at) | Q(created_at=first.created_at, pk__gt=first.pk)
    beside = threads.filter(is_on_top__in=[first.is_on_top], created_at__gte=first.created_at)
    above = beside.filter(later).count()
    return above if first.is_on_top else above + threads.filter(is_on_top__in=[True]).count()


def _before(answers: CommentQuerySet, comment: Comment) -> int:
    """How many answers stand before this one, in the order of `in_conversation`."""
    earlier = Q(created_at__lt=comment.created_at) | Q(
        created_at=comment.created_at, pk__lt=comment.pk
    )
    if comment.pinned_at is None:
        return answers.filter(Q(pinned_at__isnull=False) | earlier).count()
    return answers.filter(pinned_at__lt=comment.pinned_at).count()
