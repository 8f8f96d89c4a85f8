"""A project's conversation as a reader sees it: a page of threads, in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
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
from smartwiki.languages import language_codes, own_name

THREADS = 20  # a page
ANSWERS = 10  # of a thread, before "all answers"
ANSWERS_A_PAGE = 50
NEWEST, OLDEST = "newest", "oldest"


@dataclass(slots=True)
class Part:
    """A comment on a page, with what became of it."""

    comment: Comment
    outcomes: list[object] = field(default_factory=list)

    @property
    def html(self) -> SafeString:
        return as_html(self.comment.body)

    @property
    def answered_name(self) -> str:
        """Whom an answer to an answer is for; an answer to the first comment needs no name."""
        to = self.comment.answers_to
        return to.shown_name if to and to.pk != self.comment.thread_id else ""

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

    def __init__(self, project: Project, query: QueryDict) -> None:
        self.project = project
        self.order = OLDEST if query.get("order") == OLDEST else NEWEST
        self.subject = Subject.named(query.get("about", ""))
        self.language = query.get("language", "")
        if self.language not in language_codes():
            self.language = ""
        self.asked_page = query.get("page")

    @cached_property
    def languages(self) -> list[tuple[str, str]]:
        """The languages that somebody speaks here (one query)."""
        spoken = Comment.objects.visible_on(self.project).filter(thread=None)
        found = set(spoken.order_by().values_list("language", flat=True).distinct())
        return [(code, own_name(code)) for code in language_codes() if code in found]

    @cached_property
    def page(self) -> Page[Comment]:
        threads = Comment.objects.threads_on(self.project).filter(**self.subject.filters())
        if self.language:
            threads = threads.filter(language=self.language)
        ordered = threads.oldest_first() if self.order == OLDEST else threads.newest_first()
        return Paginator(ordered.for_readers(), THREADS).get_page(self.asked_page)

    @cached_property
    def threads(self) -> list[Thread]:
        return with_answers(list(self.page.object_list))

    @property
    def filter_query(self) -> str:
        """What is chosen, for links to other pages of the same list."""
        chosen = {"language": self.language, "about": str(self.subject)}
        if self.order == OLDEST:
            chosen["order"] = OLDEST
        return urlencode({name: value for name, value in chosen.items() if value})


def with_answers(firsts: Iterable[Comment]) -> list[Thread]:
    """Return threads with the first of their answers, and how many there are (one query)."""
    threads = {comment.pk: Thread(Part(comment)) for comment in firsts}
    for answer in _first_answers(threads):
        thread = threads[answer.thread_id]
        thread.number = answer.number
        thread.answers.append(Part(answer))
    return list(threads.values())


def _first_answers(threads: Iterable[int]) -> Iterable[Comment]:
    in_thread = {"partition_by": F("thread_id")}
    order = [F("pinned_at").asc(nulls_last=True), "created_at", "pk"]
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


def whole_thread(project: Project, pk: int, page: str | None) -> tuple[Part, Page[Comment]]:
    """Return a thread's first comment and a page of its answers.

    Raises Comment.DoesNotExist where readers see no such thread.
    """
    first = Comment.objects.threads_on(project).for_readers().get(pk=pk)
    answers = Comment.objects.approved().filter(thread=pk).in_conversation().for_readers()
    return Part(first), Paginator(answers, ANSWERS_A_PAGE).get_page(page)


def place_of(project: Project, pk: int) -> tuple[str, dict[str, int]]:
    """Return on which page ("conversation" or "thread"), with which arguments, a comment stands.

    Raises Comment.DoesNotExist where readers do not see it (three queries).
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
    threads = Comment.objects.threads_on(project)
    later = Q(created_at__gt=first.created_at) | Q(created_at=first.created_at, pk__gt=first.pk)
    above = later & Q(is_on_top=first.is_on_top)
    if not first.is_on_top:
        above |= Q(is_on_top=True)
    return "conversation", {"page": threads.filter(above).count() // THREADS + 1}


def _before(answers: CommentQuerySet, comment: Comment) -> int:
    """How many answers stand before this one, in the order of `in_conversation`."""
    earlier = Q(created_at__lt=comment.created_at) | Q(
        created_at=comment.created_at, pk__lt=comment.pk
    )
    if comment.pinned_at is None:
        return answers.filter(Q(pinned_at__isnull=False) | earlier).count()
    return answers.filter(pinned_at__lt=comment.pinned_at).count()
