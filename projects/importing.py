"""Importing projects from CSV or JSON: all of them or none, after a look at each row's fate."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from projects.dates import parse
from projects.exports import FACTS, LISTS, SEPARATOR, TEXTS, row_names
from projects.models import Facet, Project, Status
from projects.publishing import tell
from projects.texts import by_language, column, without_control
from smartwiki.languages import language_codes

PARTIAL_DATES = ("launched", "expected_end", "ended")
KNOWN = {"key", "source_language", "is_published", "url", *FACTS, *LISTS, *TEXTS}


@dataclass(slots=True)
class Fate:
    """What becomes of one row: "new", "changed", "unchanged" or "refused" (then with reasons)."""

    row: int
    key: str
    outcome: str
    reasons: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        reasons = "".join(f"\n    {reason}" for reason in self.reasons)
        return f"{self.row:>4}  {self.outcome:<10} {self.key}{reasons}"


class RefusedError(Exception):
    """At least one row is refused, so nothing was imported; `fates` says which and why."""

    def __init__(self, fates: list[Fate]) -> None:
        super().__init__("\n".join(str(fate) for fate in fates if fate.outcome == "refused"))
        self.fates = fates


def read_csv(text: str) -> list[dict[str, Any]]:
    """Return the records of a CSV file with the columns of our own export.

    Raises ValidationError for a file without a header or with unknown columns.
    """
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        unknown = sorted(set(rows.fieldnames or []) - {*row_names(), "url", "is_published"})
        if "key" not in (rows.fieldnames or []):
            raise ValidationError(_("The file has no column “key”."))
        if unknown:
            raise ValidationError(
                _("These columns are not known: {names}.").format(names=", ".join(unknown))
            )
        return [_record(row) for row in rows]
    except csv.Error as error:
        raise ValidationError(
            _("This is not a CSV file: line {line}.").format(line=rows.line_num)
        ) from error


def read_json(text: str) -> list[dict[str, Any]]:
    """Return the records of a JSON file as our own export has them; raises ValidationError."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:  # the latter for lists in lists in lists
        raise ValidationError(_("This is not a JSON file: {error}").format(error=error)) from error
    records = content.get("projects") if isinstance(content, dict) else content
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise ValidationError(_("The file must hold a list of projects."))
    return records


def _record(row: dict[str, Any]) -> dict[str, Any]:
    """A row of a CSV file as JSON has it; what the export made harmless is as it was."""
    values = {name: _unharmed(value or "") for name, value in row.items() if name}
    record: dict[str, Any] = {
        name: [part.strip() for part in value.split(SEPARATOR.strip()) if part.strip()]
        if name in LISTS
        else value
        for name, value in values.items()
        if name in KNOWN
    }
    for name in TEXTS:
        texts = {code: values.get(column(name, code), "") for code in language_codes()}
        record[name] = {code: text for code, text in texts.items() if text}
    if row.get(None):  # type: ignore[call-overload]
        record["too many columns"] = ""
    return record


def _unharmed(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].lstrip(" ")[:1] in tuple("=+-@\t\r") else cell


def import_records(records: Iterable[dict[str, Any]], *, dry_run: bool = False) -> list[Fate]:
    """Make or change the projects that `records` describe, known by their keys.

    What a record does not name stays as it is. The status of a project that is there is changed
    at the desk, with a reason, and never by a file.

    Returns each row's fate; with `dry_run` nothing is changed. Raises RefusedError, with nothing
    changed, when a row is refused.
    """
    with transaction.atomic():
        importer = _Import()
        fates = [importer.take(number, record) for number, record in enumerate(records, 1)]
        is_refused = any(fate.outcome == "refused" for fate in fates)
        if dry_run or is_refused:
            transaction.set_rollback(True)
        else:
            tell(*importer.saved)
    if is_refused and not dry_run:
        raise RefusedError(fates)
    return fates


class _Import:
    def __init__(self) -> None:
        self.projects = {project.key: project for project in Project.objects.exclude(key=None)}
        self.seen: set[str] = set()
        self.saved: list[Project] = []
        self.facets = {
            (facet.kind, name): facet
            for facet in Facet.objects.all()
            for name in by_language(facet, "name").values()
        }

    def take(self, number: int, record: dict[str, Any]) -> Fate:
        key = str(record.get("key") or "")
        fate = Fate(number, key, "")
        try:
            fate.outcome = self._save(key, record)
        except ValidationError as error:
            fate.outcome = "refused"
            fate.reasons = _sentences(error)
        return fate

    def _save(self, key: str, record: dict[str, Any]) -> str:
        if not key or len(key) > 100 or key in self.seen:
            raise ValidationError({"key": _("Every project needs a key of its own.")})
        self.seen.add(key)
        unknown = sorted(set(map(str, record)) - KNOWN)
        if unknown:
            raise ValidationError(
                _("These names are not known: {names}.").format(names=", ".join(unknown))
            )
        project = self.projects.get(key) or Project(key=key)
        before = _state(project) if project.pk else None
        facets = self._facets(record)
        for name, value in _values(project, record).items():
            setattr(project, name, value)
        project.full_clean(exclude=["facets", "leads"])
        project.save()
        self.saved.append(project)
        for kind, chosen in facets.items():
            project.facets.remove(*project.facets.filter(kind=kind))
            project.facets.add(*chosen)
        if before is None:
            return "new"
        return "unchanged" if before == _state(project) else "changed"

    def _facets(self, record: dict[str, Any]) -> dict[str, list[Facet]]:
        chosen = {}
        for name, kind in LISTS.items():
            if name not in record:
                continue
            names = record[name] if isinstance(record[name], list) else [record[name]]
            missing = [each for each in names if (kind, each) not in self.facets]
            if missing:
                raise ValidationError(
                    {name: _("Not known: {names}.").format(names=", ".join(map(str, missing)))}
                )
            chosen[kind.value] = [self.facets[kind, each] for each in names]
        return chosen


def _values(project: Project, record: dict[str, Any]) -> dict[str, Any]:
    """The columns that a record sets; raises ValidationError for values of the wrong kind."""
    values: dict[str, Any] = {}
    for name in ("source_language", "is_published", *FACTS):
        if name in record and not (name == "status" and project.pk):
            values[name] = _fact(name, record[name])
    if project.pk and "status" in record and record["status"] != project.status:
        raise ValidationError(
            {"status": _("The status is changed at the desk, where the reason is given.")}
        )
    for name in TEXTS:
        texts = record.get(name, {})
        if not isinstance(texts, dict) or not set(texts) <= set(language_codes()):
            raise ValidationError({name: _("Give a text for each language.")})
        for code, text in texts.items():
            values[column(name, code)] = without_control(str(text))
    return values


def _fact(name: str, value: Any) -> Any:
    if name == "is_published":
        return value is True or str(value).lower() in ("1", "true")
    if name in PARTIAL_DATES:
        return parse(str(value)) if value else ""
    if name == "source_language":
        return value or language_codes()[0]
    if name == "status":
        return value or Status.PLANNED
    return None if value == "" else value


def _state(project: Project) -> tuple[Any, ...]:
    """All that an import can change, to say whether it did."""
    texts = [by_language(project, name) for name in TEXTS]
    facts = [str(getattr(project, name) or "") for name in FACTS]
    facets = sorted(project.facets.values_list("pk", flat=True))
    return texts, facts, facets, project.is_published, project.source_language


def _sentences(error: ValidationError) -> list[str]:
    if hasattr(error, "error_dict"):
        return [
            f"{name}: {message}"
            for name, messages in error.message_dict.items()
            for message in messages
        ]
    return list(error.messages)
