"""The demonstration: true projects from `demo/projects`, and a fictional set on request."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from projects import publishing
from projects.importing import import_records
from projects.models import (
    Call,
    CallResponse,
    Facet,
    Milestone,
    Objective,
    Project,
    Status,
    Strategy,
    Update,
)
from projects.texts import column
from smartwiki.accounts.models import User
from smartwiki.models import ContentVersion

LEAD = "lead@example.org"
FICTIONAL = {"fr": "Fictif", "nl": "Fictief", "en": "Fictional", "de": "Erfunden"}


@transaction.atomic
def load_demo(folder: Path) -> int:
    """Load the true projects; what is there already stays as it is. Return how many are new."""
    if not Strategy.objects.exists():
        Strategy.objects.create(**_columns(_read(folder / "strategy.yaml")))
    for facet in _read(folder / "facets.yaml"):
        values = _columns(facet)
        Facet.objects.get_or_create(
            kind=values.pop("kind"), name_fr=values["name_fr"], defaults=values
        )
    records = _read(folder / "projects.yaml")
    there = set(Project.objects.values_list("key", flat=True))
    new = [record for record in records if record["key"] not in there]
    calls = {record["key"]: record.pop("call", None) for record in new}
    import_records([{**record, "is_published": True} for record in new])
    for key, call in calls.items():
        if call:
            Call.objects.create(project=Project.objects.get(key=key), **_columns(call))
    _example_for_the_desk()
    ContentVersion.bump()
    return len(new)


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _columns(record: dict[str, Any]) -> dict[str, Any]:
    """Spread {"title": {"fr": …}} over the columns of each language."""
    columns: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            columns |= {column(name, code): text for code, text in value.items()}
        else:
            columns[name] = value
    return columns


def _example_for_the_desk() -> None:
    """A project that readers do not see, so that the demonstration's lead has one to try out."""
    project, is_new = Project.objects.get_or_create(
        key="example-for-the-desk",
        defaults=_columns(
            {
                "title": {"fr": "Projet d’exemple (fictif, non publié)"},
                "slug": {"fr": "projet-d-exemple"},
                "summary": {"fr": "Pour essayer le bureau des responsables de projet."},
            }
        ),
    )
    if is_new:
        project.leads.set(User.objects.filter(email=LEAD))


@transaction.atomic
def load_showcase(folder: Path, number: int = 20) -> None:
    """Make `number` clearly fictional projects that fill every field; twice is the same as once."""
    words = _read(folder / "showcase.yaml")
    facets = _showcase_facets()
    for index in range(number):
        if not Project.objects.filter(key=f"showcase-{index}").exists():
            _showcase_project(index, facets, words)


def _fictional(texts: dict[str, str]) -> dict[str, str]:
    """The same text, marked as fictional in each language."""
    return {code: f"{FICTIONAL[code]} – {text}" for code, text in texts.items()}


def _numbered(texts: dict[str, str], number: int) -> dict[str, str]:
    return {code: text.format(number=number) for code, text in texts.items()}


def _showcase_facets() -> list[Facet]:
    facets = []
    for kind in Facet.Kind:
        for letter in "ABC":
            names = {}
            for code in FICTIONAL:
                with override(code):
                    names[code] = f"{kind.label} {letter}"
            facet, _new = Facet.objects.get_or_create(
                kind=kind,
                name_fr=_fictional(names)["fr"],
                defaults=_columns({"name": _fictional(names), "position": 90}),
            )
            facets.append(facet)
    return facets


def _showcase_project(index: int, facets: list[Facet], words: dict[str, Any]) -> None:
    title = words["titles"][index % len(words["titles"])]
    if again := index // len(words["titles"]):
        title = {code: f"{text} ({again + 1})" for code, text in title.items()}
    statuses = list(Status)
    status = statuses[index % len(statuses)]
    year = 2021 + index % 4
    now = timezone.now()
    project = Project.objects.create(
        key=f"showcase-{index}",
        status=Status.PLANNED,
        launched=f"{year}-{index % 12 + 1:02}",
        expected_end=f"{year + 2}-{(index * 5) % 12 + 1:02}-28",
        is_published=True,
        related_guides=[1, 2, 3],
        **_columns(
            {
                "title": _fictional(title),
                "slug": {code: f"{word.lower()}-{index + 1}" for code, word in FICTIONAL.items()},
                "summary": _fictional(words["summary"]),
                "body": words["body"],
            }
        ),
    )
    project.facets.set(facets[index % 3 :: 3])
    project.leads.set(User.objects.filter(email=LEAD))
    for step in range(3):
        Objective.objects.create(
            project=project,
            position=step,
            target=f"{(step + 1) * 30} %",
            present=f"{step * 20} %",
            due=f"{year + 1}-{step * 3 + 3:02}",
            reached=step == 0,
            **_columns(
                {
                    "text": _numbered(words["objective"], step + 1),
                    "indicator": words["indicator"],
                }
            ),
        )
        Milestone.objects.create(
            project=project,
            due=f"{year}-{step * 4 + 2:02}-15",
            done_on=f"{year}-{step * 4 + 2:02}-20" if step < 2 else "",
            **_columns({"title": _numbered(words["milestone"], step + 1)}),
        )
    for step in range(3):
        publishing.publish_update(
            Update(
                project=project,
                status=status if step == 1 else "",
                progress=100 if status == Status.DONE and step else 20 * step + index % 20,
                published_at=now - timedelta(days=90 - 30 * step, minutes=index),
                **_columns(
                    {
                        "title": _fictional(_numbered(words["update"], step + 1)),
                        "body": words["update_body"],
                        "reason": words["reason"],
                    }
                ),
            )
        )
    _showcase_calls(project, index, words)


def _showcase_calls(project: Project, index: int, words: dict[str, Any]) -> None:
    now = timezone.now()
    for is_open in (True, False):
        closes_at = now + timedelta(days=30 + index) if is_open else now - timedelta(days=30)
        call = Call.objects.create(
            project=project,
            contact="team@example.org",
            opens_at=closes_at - timedelta(days=60),
            closes_at=closes_at,
            **_columns(
                {
                    "title": _fictional(words["call"]),
                    "body": words["call_body"],
                    "results": {} if is_open else words["results"],
                }
            ),
        )
        CallResponse.objects.create(
            call=call,
            name="Fictional Person",
            email="person@example.org",
            message=words["answer"]["en"],
            language="en",
            consented_at=now,
        )
