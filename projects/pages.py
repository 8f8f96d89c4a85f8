"""The status page of a project as a reader sees it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone, translation

from projects.comments.conversation import Latest, latest
from projects.dates import in_words, last_day
from projects.models import Call, Milestone, Objective, Project, Status, Update
from projects.references import project_url
from projects.texts import Prose, WithBody, Words, by_language, prose, references_of, words
from projects.times import next_change, next_midnight
from smartwiki.addresses import full_url, languages_context
from smartwiki.heard import Voice, voices_of
from smartwiki.languages import language_codes, own_name
from smartwiki.markdown import Target, targets_of

if TYPE_CHECKING:
    from django.db.models import Model

    from smartwiki.accounts.policy import Person


PAGE_TEXTS = ("title", "slug", "summary", "body")


class Moved(Exception):
    """The project is at another address in this language."""

    def __init__(self, project: Project) -> None:
        super().__init__(project.pk)
        self.project = project


@dataclass(frozen=True, slots=True)
class CallPart:
    """A call: on its project's page, where open calls are listed, and where it is answered."""

    call: Call
    title: Words
    project_title: Words
    url: str
    body: Prose
    results: Prose
    is_open: bool
    comments: int = 0

    @property
    def id(self) -> str:
        return f"call-{self.call.pk}"


@dataclass(frozen=True, slots=True)
class ObjectivePart:
    """An objective and its measure."""

    objective: Objective
    text: Words
    indicator: Words
    due: str


@dataclass(frozen=True, slots=True)
class MilestonePart:
    """A step on the way."""

    milestone: Milestone
    title: Words
    due: str
    done_on: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class UpdatePart:
    """An entry of the journal."""

    update: Update
    title: Words
    body: Prose
    reason: Words
    comments: int = 0
    heard: list[Voice] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"update-{self.update.pk}"

    @property
    def status(self) -> Status | None:
        return Status(self.update.status) if self.update.status else None

    @property
    def status_before(self) -> Status | None:
        return Status(self.update.status_before) if self.update.status_before else None


@dataclass(frozen=True, slots=True)
class TextState:
    """Whether the page says in one language all that it says in its source language."""

    code: str
    name: str
    is_complete: bool


@dataclass
class Reading:
    """The texts of one project, chosen and made ready for one reader."""

    project: Project
    language: str
    person: Person

    def words(self, obj: Model, field: str) -> Words:
        return words(obj, field, self.language, self.project.source_language)

    def prose(self, obj: WithBody, field: str = "body") -> Prose:
        shown, html = self._html(obj, field)
        return prose(html, shown, self.language, self.targets)

    def _html(self, obj: WithBody, field: str) -> tuple[str, str]:
        return obj.html_for(field, self.language, self.project.source_language)

    @cached_property
    def calls(self) -> list[Call]:
        calls = list(self.project.calls.all())
        for call in calls:
            call.project = self.project
        return calls

    @cached_property
    def updates(self) -> list[Update]:
        return list(self.project.updates.all())

    @cached_property
    def targets(self) -> dict[str, Any]:
        """Where all links by number lead, asked for once."""
        holders = (self.project, *self.updates, *self.calls)
        texts = [self._html(obj, field)[1] for obj in holders for field in obj.rendered_fields]
        numbers = references_of(*texts)
        guides = [*numbers.pop("guide", []), *self.project.related_guides]
        if guides:
            numbers["guide"] = guides
        return targets_of(numbers, self.language, self.person)


@dataclass
class StatusPage(Reading):
    """Everything that a project's page shows (fourteen queries at most with the visitor's)."""

    leads: list[str]
    now: datetime

    @property
    def title(self) -> Words:
        return self.words(self.project, "title")

    @property
    def summary(self) -> Words:
        return self.words(self.project, "summary")

    @property
    def slug(self) -> str:
        return self.project.slug_for(self.language)

    @property
    def follow_topic(self) -> str:
        """What its followers follow, see projects.following."""
        return f"project:{self.project.pk}"

    @property
    def picture_url(self) -> str:
        return full_url(project_url(self.project, self.language, "picture"))

    @property
    def body(self) -> Prose:
        return self.prose(self.project)

    @property
    def status(self) -> Status:
        return self.project.state

    @property
    def until(self) -> datetime:
        """When the page changes although nobody changes the project."""
        return min(filter(None, [next_midnight(self.now), next_change(self.calls, self.now)]))

    @cached_property
    def facets(self) -> dict[str, list[Words]]:
        """The names of categories, axes, teams and offices, by kind."""
        by_kind: dict[str, list[Words]] = defaultdict(list)
        for facet in self.project.facets.all():
            by_kind[facet.kind].append(words(facet, "name", self.language))
        return dict(by_kind)

    @cached_property
    def objectives(self) -> list[ObjectivePart]:
        return [
            ObjectivePart(
                each, self.words(each, "text"), self.words(each, "indicator"), in_words(each.due)
            )
            for each in self.project.objectives.all()
        ]

    @cached_property
    def milestones(self) -> list[MilestonePart]:
        today = timezone.localdate(self.now)
        return [
            MilestonePart(
                each,
                self.words(each, "title"),
                in_words(each.due),
                in_words(each.done_on),
                is_late(each, today) and not self.status.is_final,
            )
            for each in self.project.milestones.all()
        ]

    @cached_property
    def journal(self) -> list[UpdatePart]:
        return [
            UpdatePart(
                each,
                self.words(each, "title"),
                self.prose(each),
                self.words(each, "reason"),
                self.conversation.by_subject.get(f"update-{each.pk}", 0),
                self.heard.get(("update", each.pk), []),
            )
            for each in self.updates
        ]

    @cached_property
    def heard(self) -> dict[tuple[str, int], list[Voice]]:
        """From what people said the updates come."""
        return voices_of({"update": [each.pk for each in self.updates]}) if self.updates else {}

    @property
    def status_change(self) -> UpdatePart | None:
        """The entry of the journal that gave the project its present status."""
        return next((part for part in self.journal if part.status), None)

    @cached_property
    def begun_calls(self) -> list[CallPart]:
        return [self.call_part(call) for call in self.calls if call.has_begun(self.now)]

    @property
    def every_call(self) -> list[CallPart]:
        """Those that have not begun too, for the project's team."""
        return [self.call_part(call) for call in self.calls]

    @property
    def open_calls(self) -> list[CallPart]:
        return [part for part in self.begun_calls if part.is_open]

    @property
    def past_calls(self) -> list[CallPart]:
        return [part for part in self.begun_calls if not part.is_open]

    @property
    def guides(self) -> list[Target]:
        """The guides that the lead named as related, those that the reader may see."""
        known = self.targets.get("guide", {})
        return [known[pk] for pk in self.project.related_guides if pk in known]

    @cached_property
    def conversation(self) -> Latest:
        """What readers say of the project."""
        return latest(self.project, self.language, self.person)

    @property
    def launched(self) -> str:
        return in_words(self.project.launched)

    @property
    def expected_end(self) -> str:
        return in_words(self.project.expected_end)

    @property
    def ended(self) -> str:
        return in_words(self.project.ended)

    @property
    def is_silent(self) -> bool:
        return self.project.is_silent(timezone.localdate(self.now))

    @property
    def translations(self) -> list[TextState]:
        """For the project's team: in which languages the page's own texts are complete."""
        source = self.project.source_language
        needed = [field for field in PAGE_TEXTS if by_language(self.project, field).get(source)]
        return [
            TextState(
                code, own_name(code), all(code in by_language(self.project, f) for f in needed)
            )
            for code in language_codes()
        ]

    def call_part(self, call: Call) -> CallPart:
        return CallPart(
            call,
            self.words(call, "title"),
            self.title,
            call_url(call, self.language),
            self.prose(call),
            self.prose(call, "results"),
            call.is_open(self.now),
            self.conversation.by_subject.get(f"call-{call.pk}", 0),
        )

    def languages_context(self) -> dict[str, Any]:
        """Return what `smartwiki.addresses.languages_context` says of this page."""
        titles = self.project.titles()
        urls = {code: project_url(self.project, code) for code in language_codes()}
        exists = {code: url for code, url in urls.items() if code in titles}
        return languages_context(
            self.language, exists, missing=urls, default=self.project.source_language
        )


def project_at(slug: str, language: str, person: Person) -> tuple[Project, list[str]]:
    """Return the project with this address and its leads' names (one query).

    Raises Project.DoesNotExist when `person` may see none there, and Moved when its address for a
    reader of `language` is another one.
    """
    rows = list(Project.objects.readable_by(person).filter(addresses__slug=slug).with_leads())
    if not rows:
        raise Project.DoesNotExist
    project = rows[0]
    if project.slug_for(language) != slug:
        raise Moved(project)
    return project, [row.lead for row in rows if row.lead]


def status_page(slug: str, language: str, person: Person) -> StatusPage:
    """Find a project's page; raises as `project_at` does."""
    project, leads = project_at(slug, language, person)
    return StatusPage(project, language, person, leads, timezone.now())


def is_late(milestone: Milestone, today: date) -> bool:
    """Say whether a milestone was due before today and is not done."""
    return bool(milestone.due) and not milestone.done_on and last_day(milestone.due) < today


def call_url(call: Call, language: str) -> str:
    """Return the path where a call is answered."""
    with translation.override(language):
        return reverse("projects:call", args=[call.project.slug_for(language), call.pk])
