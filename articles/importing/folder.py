"""Importing a folder of Markdown files: all of it or nothing, and twice is the same as once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from articles import publishing, tree
from articles.importing.parsing import KEY_LINK, GuideFile, ImportFilesError, Problem, read_folder
from articles.models import Guide, RevisionInfo, Translation
from articles.standing import restating_once
from smartwiki.accounts.models import User
from smartwiki.languages import language_codes
from smartwiki.models import ContentVersion


@dataclass(slots=True)
class Report:
    """What an import did."""

    guides: int = 0
    translations: int = 0
    published: int = 0
    unchanged: int = 0


@transaction.atomic
def import_folder(folder: Path, author: User | None = None) -> Report:
    """Import the guides of `folder`; a text that its translation already had is left alone.

    A guide that is there already keeps its place, so editors' later work is never undone.
    Raises ImportFilesError, with nothing imported, when a file is broken.
    """
    ContentVersion.lock()
    with restating_once():
        return _Import(read_folder(folder), author).run()


class _Import:
    def __init__(self, files: list[GuideFile], author: User | None) -> None:
        self.author = author
        self.report = Report()
        self.guides = {guide.import_key: guide for guide in Guide.objects.exclude(import_key=None)}
        by_key: dict[str, dict[str, GuideFile]] = defaultdict(dict)
        for file in files:
            if file.language in by_key[file.key]:
                message = _("Another file has the same name in another folder.")
                raise ImportFilesError([Problem(file.path, 1, message)])
            by_key[file.key][file.language] = file
        self.by_key = dict(by_key)
        self._check_links_and_parents(files)

    def run(self) -> Report:
        """Make the places first, then the texts, since texts link to places."""
        translations = [
            (file, self._translation(file))
            for key in self._parents_first()
            for file in self._of(key)
        ]
        for file, translation in translations:
            with _naming(file, "text"):
                self._publish(file, translation)
        return self.report

    def _of(self, key: str) -> list[GuideFile]:
        """The files of one guide, its source language first."""
        source = self._source_language(key)
        return sorted(self.by_key[key].values(), key=lambda file: file.language != source)

    def _source_language(self, key: str) -> str:
        if key in self.guides:
            return self.guides[key].source_language
        files = self.by_key[key]
        said = next((file.source for file in files.values() if file.source), "")
        return said or next(code for code in language_codes() if code in files)

    def _parents_first(self) -> list[str]:
        """The keys, each after its parent's; a loop is refused."""
        ordered: list[str] = []
        waiting = sorted(self.by_key, key=lambda key: (self._of(key)[0].position, key))
        while waiting:
            ready = [
                key
                for key in waiting
                if (parent := self._of(key)[0].parent) in ordered or parent not in waiting
            ]
            if not ready:
                file = self._of(waiting[0])[0]
                raise ImportFilesError(
                    [Problem(file.path, 1, _("The parents of these guides form a loop."))]
                )
            ordered += ready
            waiting = [key for key in waiting if key not in ready]
        return ordered

    def _check_links_and_parents(self, files: list[GuideFile]) -> None:
        known = {*self.by_key, *self.guides}
        problems = [
            Problem(file.path, line, _("There is no guide “{key}”.").format(key=key))
            for file in files
            for key, line in [*_parent_link(file), *file.links()]
            if key not in known and not (key.isdigit() and key != file.parent)
        ]
        for key, by_language in self.by_key.items():
            source = self._source_language(key)
            if key not in self.guides and source not in by_language:
                file = next(iter(by_language.values()))
                problems.append(Problem(file.path, 1, _("The guide's source text is missing.")))
        if problems:
            raise ImportFilesError(problems)

    def _translation(self, file: GuideFile) -> Translation:
        if file.key not in self.guides:
            with _naming(file, "parent"):
                self._create_guide(file)
        guide = self.guides[file.key]
        found = Translation.objects.filter(guide=guide, language=file.language).first()
        if found:
            return found
        self.report.translations += 1
        text = publishing.Text(title=file.title, text="", summary=file.summary)
        with _naming(file, "slug"):
            return publishing.start_translation(guide, file.language, slug=file.slug, text=text)

    def _create_guide(self, file: GuideFile) -> None:
        self.guides[file.key] = tree.create_guide(
            source_language=file.language,
            parent=self.guides[file.parent] if file.parent else None,
            position=file.position * 10,
            visibility=file.visibility,
            icon=file.icon,
            review_every=file.review_every,
            owner=self.author,
            import_key=file.key,
        )
        self.report.guides += 1

    def _publish(self, file: GuideFile, translation: Translation) -> None:
        text = publishing.Text(
            title=file.title, text=self._with_numbers(file.text), summary=file.summary
        )
        if _was_there_before(translation, text):
            self.report.unchanged += 1
            return
        source = None if translation.is_source else _source_of(translation)
        change = publishing.Change(
            author=self.author,
            message=file.change,
            significance=file.significance,
            based_on=source.published if source else None,
            is_told=False,
        )
        if file.draft:
            publishing.submit(translation, text, change)
        else:
            publishing.publish(translation, text, change, base=translation.published)
        if file.verified:
            translation.verify(self.author, file.verified)
        self.report.published += 1

    def _with_numbers(self, text: str) -> str:
        """Links by key, as files have them, become links by number."""

        def link(match: re.Match[str]) -> str:
            guide = self.guides.get(match["key"])
            return f"](guide:{guide.pk}" if guide else match[0]

        return KEY_LINK.sub(link, text)


def _parent_link(file: GuideFile) -> list[tuple[str, int]]:
    return [(file.parent, file.line_of("parent"))] if file.parent else []


def _source_of(translation: Translation) -> Translation:
    guide = translation.guide
    return Translation.objects.get(guide=guide, language=guide.source_language)


def _was_there_before(translation: Translation, text: publishing.Text) -> bool:
    revisions = RevisionInfo.objects.filter(revision__article=translation.article_id)
    return revisions.filter(
        revision__title=text.title, revision__content=text.text, summary=text.summary
    ).exists()


@contextmanager
def _naming(file: GuideFile, name: str) -> Iterator[None]:
    """Say of which file, and of which value in it, it is that a text or place is refused."""
    try:
        yield
    except ValidationError as error:
        line = file.line_of(name)
        problems = [Problem(file.path, line, message) for message in error.messages]
        raise ImportFilesError(problems) from error
