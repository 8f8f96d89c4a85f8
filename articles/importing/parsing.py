"""Reading Markdown files with front matter: what is wrong is said with file and line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from articles.models import SLUG, Audience, Guide, RevisionInfo, validate_slug
from smartwiki.files.importing import read_text
from smartwiki.languages import language_codes

FILE_NAME = re.compile(r"(?P<key>[a-z0-9][a-z0-9-]*)\.(?P<language>[a-z]{2,3}(?:-[a-z]+)?)\.md")
FENCE = "---"
KEY_LINK = re.compile(r"\]\(guide:(?P<key>[a-z0-9][a-z0-9-]*)")
DEEPEST = 2  # a list in a line is still told what it should be
VISIBILITIES = {audience.name.lower(): audience.value for audience in Audience}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps a file from being imported; `line` counts from 1."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class ImportFilesError(Exception):
    """One or more files cannot be imported; nothing was."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class GuideFile:
    """One guide in one language, as its file has it."""

    path: Path
    key: str
    language: str
    title: str
    slug: str
    text: str
    lines: dict[str, int]  # the line of the file on which each value, and "text", stands
    parent: str = ""
    position: int = 0  # 0: after those that are there
    source: str = ""  # the guide's source language, empty when the file does not say
    summary: str = ""
    visibility: int = Audience.PUBLIC
    icon: str = ""
    review_every: int | None = None  # months
    verified: date | None = None
    draft: bool = False
    significance: str = RevisionInfo.Significance.MINOR
    change: str = ""

    def line_of(self, name: str) -> int:
        """Return the line on which a value stands, or the file's first."""
        return self.lines.get(name, 1)

    def links(self) -> list[tuple[str, int]]:
        """Return the keys that the text links to, each with its line."""
        return [
            (match["key"], self.lines["text"] + self.text.count("\n", 0, match.start()))
            for match in KEY_LINK.finditer(self.text)
        ]


@dataclass(slots=True)
class _FrontMatter:
    """Takes values out of the front matter, noting what is wrong with each."""

    path: Path
    values: dict[str, Any]
    lines: dict[str, int]
    problems: list[Problem] = field(default_factory=list)

    def report(self, name: str, message: str) -> None:
        self.problems.append(Problem(self.path, self.lines.get(name, 1), message))

    def take(self, name: str, kind: type, default: Any, *, required: bool = False) -> Any:
        if name not in self.values:
            if required:
                self.report(name, _("“{name}” is missing.").format(name=name))
            return default
        value = self.values.pop(name)
        if type(value) is not kind:
            self.report(
                name,
                _("“{name}” must be {kind}, not {value!r}.").format(
                    name=name, kind=kind.__name__, value=value
                ),
            )
            return default
        return value

    def choose(self, name: str, choices: list[str], default: str, *, required: bool = False) -> str:
        value: str = self.take(name, str, default, required=required)
        if value != default and value not in choices:
            self.report(
                name,
                _("“{name}” must be one of {choices}.").format(
                    name=name, choices=", ".join(choices)
                ),
            )
            return default
        return value


def read_folder(folder: Path) -> list[GuideFile]:
    """Read every Markdown file below `folder`.

    Raises ImportFilesError that names each broken file and line; a folder without any file is
    broken too.
    """
    files, problems = [], []
    for path in sorted(folder.rglob("*.md")):
        try:
            files.append(read_file(path))
        except ImportFilesError as error:
            problems += error.problems
    if not files and not problems:
        problems.append(Problem(folder, 1, _("There is no Markdown file in this folder.")))
    if problems:
        raise ImportFilesError(problems)
    return files


def read_file(path: Path) -> GuideFile:
    """Read one file; raises ImportFilesError."""
    name = FILE_NAME.fullmatch(path.name)
    if name is None:
        raise _broken(path, 1, _("The file's name must be like “expenses.fr.md”."))
    try:
        lines = read_text(path).splitlines()
    except ValidationError as error:
        raise _broken(path, 1, " ".join(error.messages)) from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise _broken(path, line, _("The file is not UTF-8 text.")) from error
    if not lines or lines[0].rstrip() != FENCE:
        raise _broken(path, 1, _("The file must begin with a line “---”."))
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), None)
    if end is None:
        raise _broken(path, len(lines), _("The line “---” that ends the front matter is missing."))
    front = _parse(path, lines[1:end])
    text = "\n".join(lines[end + 1 :])
    skipped = len(text) - len(text.lstrip("\n"))
    return _guide_file(front, name, text.strip("\n") + "\n", end + 2 + skipped)


def _parse(path: Path, lines: list[str]) -> _FrontMatter:
    source = "\n".join(lines)
    try:
        _refuse_nesting(path, source)
        values = yaml.safe_load(source)
        node = yaml.compose(source, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 2
        raise _broken(path, line, str(error.problem)) from error
    except (yaml.YAMLError, ValueError) as error:
        raise _broken(path, 2, str(error).splitlines()[0]) from error
    if not isinstance(values, dict) or not isinstance(node, yaml.MappingNode):
        raise _broken(path, 2, _("The front matter must be lines of “name: value”."))
    return _FrontMatter(
        path, values, {key.value: key.start_mark.line + 2 for key, _value in node.value}
    )


def _refuse_nesting(path: Path, source: str) -> None:
    """Refuse what small files can make huge: values in values, and references to them."""
    depth = 0
    for event in yaml.parse(source, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST or isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 2 if event.start_mark else 2
            raise _broken(path, line, _("The front matter must be lines of “name: value”."))


def _guide_file(front: _FrontMatter, name: re.Match[str], text: str, text_line: int) -> GuideFile:
    codes = language_codes()
    language = front.choose("language", codes, "", required=True)
    if language and language != name["language"]:
        front.report("language", _("The language is not the one in the file's name."))
    slug = front.take("slug", str, "", required=True)
    if slug and not re.match(SLUG, slug):
        front.report("slug", str(validate_slug.message))
    title = front.take("title", str, "", required=True)
    if len(title) > 200:
        front.report("title", _("The title is longer than 200 characters."))
    summary = front.take("summary", str, "")
    if len(summary) > 300:
        front.report("summary", _("The summary is longer than 300 characters."))
    file = GuideFile(
        path=front.path,
        key=name["key"],
        language=language,
        title=title,
        slug=slug,
        text=text,
        lines={**front.lines, "text": text_line},
        parent=front.take("parent", str, ""),
        position=front.take("position", int, 0),
        source=front.choose("source", codes, ""),
        summary=summary,
        visibility=VISIBILITIES[front.choose("visibility", list(VISIBILITIES), "public")],
        icon=front.choose("icon", list(Guide.Icon.values), ""),
        review_every=front.take("review_every", int, None),
        verified=front.take("verified", date, None),
        draft=front.take("draft", bool, False),
        significance=front.choose(
            "significance",
            list(RevisionInfo.Significance.values),
            RevisionInfo.Significance.MINOR.value,
        ),
        change=front.take("change", str, ""),
    )
    for unknown in front.values:
        front.report(str(unknown), _("“{name}” is not known here.").format(name=unknown))
    if front.problems:
        raise ImportFilesError(front.problems)
    return file


def _broken(path: Path, line: int, message: str) -> ImportFilesError:
    return ImportFilesError([Problem(path, line, message)])
