"""Translating paragraph by paragraph, with the source beside it."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from articles import access, publishing
from articles.models import Draft, Guide, RevisionInfo, Translation
from articles.navigation import guide_url
from articles.states import OUTDATED, State
from articles.translating import source as translating
from articles.translating.pairing import (
    Row,
    bare_skeletons,
    first_translation,
    joined,
    put_back,
    side_by_side,
    without_untouched,
)
from articles.writing import drafts, editing
from articles.writing.forms import TextForm
from articles.writing.previews import preview
from smartwiki.accounts.models import User
from smartwiki.accounts.policy import can

# The form's buttons, named "do"; the third one is the script's.
KEEP, DISCARD, HERE, PREVIEW, SUBMIT = "keep", "discard", "here", "preview", "submit"
MOST_ROWS = 800  # a form may have a thousand fields


@never_cache
@require_http_methods(["GET", "POST"])
def work(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Show a guide's source beside its translation, keep the work, and save it."""
    guide = access.guide_for_writer(request, pk)
    if access.known_language(language) == guide.source_language:
        return redirect("writing:edit", pk, language)
    source = translating.source_of(guide)
    if source is None or source.published is None:
        messages.warning(request, _("The source is not published yet: that comes first."))
        return redirect("desk:dashboard")
    desk = _Desk(request, guide, language, source.published)
    if len(desk.rows) > MOST_ROWS:
        return desk.go_on_in_the_editor()
    return desk.post() if request.method == "POST" else desk.get()


class _Desk:
    """One person at the translation of one guide."""

    def __init__(
        self, request: HttpRequest, guide: Guide, language: str, source: RevisionInfo
    ) -> None:
        self.request, self.guide, self.language = request, guide, language
        self.person: User = access.writer(request)
        self.source = self._source_as_seen(source)
        self.titles = _titles(self.source.references.get("guide", []), language)
        self.translation = (
            guide.translations.with_state()
            .select_related("guide", "published__revision", "published__based_on__revision")
            .filter(language=language)
            .first()
        )
        self.present = self.translation.present() if self.translation else None
        self.rows = self._rows()

    def get(self) -> HttpResponse:
        draft = drafts.find(self.person, self.guide, self.language)
        begun: dict[str, Any] = {"base": self.present.pk if self.present else None}
        if self.translation:
            begun = TextForm.initial_of(self.translation, self.present, draft)
        elif draft:
            begun |= {"title": draft.title, "slug": draft.slug, "summary": draft.summary}
        if draft:
            put_back(self.rows, draft.text)
        return self._page(TextForm(initial=begun, translation=self.translation), draft=draft)

    def post(self) -> HttpResponse:
        do, targets = self.request.POST.get("do"), self.request.POST.getlist("target")
        if do == HERE:
            drafts.note_presence(self.person, self.guide, self.language)
            return JsonResponse({"others": self._others()})
        if do == DISCARD:
            drafts.discard(self.person, self.guide, self.language)
            messages.success(self.request, _("Your unsaved text was thrown away."))
            return redirect("translating:work", self.guide.pk, self.language)
        self._take(targets)
        written, left_open = without_untouched(targets, self.source.revision.content, self.titles)
        form = self._form(joined(written))
        if do == KEEP:
            return self._keep(form, targets)
        if not form.is_valid():
            return self._page(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if not written:
            form.add_error(None, _("Nothing is translated yet."))
            return self._page(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if do == PREVIEW:
            drafts.keep(self.person, self.guide, self.language, self._kept(targets))
            return self._page(form, shown=form.cleaned_data["text"])
        return self._save(form, left_open, show=do != SUBMIT)

    def go_on_in_the_editor(self) -> HttpResponse:
        """Lead to all of the text at once, with what was sent kept: there are too many rows."""
        sentence = _("This guide is too long to translate it paragraph by paragraph.")
        messages.info(self.request, sentence)
        editor = resolve_url("writing:edit", self.guide.pk, self.language)
        if targets := self.request.POST.getlist("target"):
            kept, base = self._kept(targets), drafts.base_in(self.request)
            kept["text"] = joined(targets)
            drafts.keep(self.person, self.guide, self.language, kept, base)
            editor += "?draft=1"
        return redirect(editor)

    def _save(self, form: TextForm, left_open: int, *, show: bool) -> HttpResponse:
        if show and not can(self.person, "guide.publish", (self.guide, self.language)):
            raise PermissionDenied
        publishing.rendered(form.cleaned_data["text"], self.language)  # others need not wait
        try:
            with transaction.atomic():
                translation = self.translation or publishing.start_translation(
                    self.guide,
                    self.language,
                    slug=form.cleaned_data["slug"],
                    text=form.written(),
                )
                saved = publishing.save(
                    translation,
                    form.written(),
                    form.change(self.person, self.source),
                    base=form.base_revision(),
                    show=show,
                    slug=form.new_slug() if self.translation else "",
                )
                editing.finish(self.person, translation)
        except publishing.ConflictError as conflict:
            return editing.conflict_page(self.request, translation, form, conflict)
        except ValidationError as error:
            form.add_error(None, error)
            return self._page(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if not saved.changed and show and self.translation and self.translation.state in OUTDATED:
            translating.no_translation_needed(translation, self.person)
        editing.tell_what_was_saved(self.request, saved)
        self._tell_what_is_open(left_open)
        translation.refresh_from_db()
        return redirect(guide_url(self.language, translation.path))

    def _keep(self, form: TextForm, targets: list[str]) -> HttpResponse:
        drafts.keep(self.person, self.guide, self.language, self._kept(targets))
        drafts.note_presence(self.person, self.guide, self.language)
        if self.request.headers.get("Accept") == "application/json":
            return JsonResponse({"others": self._others()})
        messages.success(self.request, _("Your work is kept. Only you see it until you publish."))
        return redirect("translating:work", self.guide.pk, self.language)

    def _kept(self, targets: list[str]) -> dict[str, str]:
        fields = {name: self.request.POST.get(name, "") for name in ("title", "slug", "summary")}
        return fields | {"text": joined(targets, keep_places=True)}

    def _form(self, text: str) -> TextForm:
        """The editor's own form, with the paragraphs put together."""
        sent = self.request.POST.copy()
        sent["text"] = text
        sent["significance"] = self._significance()
        slug = self.translation.slug if self.translation else ""
        return TextForm(sent, initial={"slug": slug}, translation=self.translation)

    def _significance(self) -> str:
        """A translation changes as much for its readers as its source did meanwhile."""
        state = self.translation.state if self.translation else ""
        return "major" if state == "badly_outdated" else "minor"

    def _take(self, targets: list[str]) -> None:
        """Show what was sent, each paragraph in its place."""
        if len(targets) == len(self.rows):
            for row, target in zip(self.rows, targets, strict=True):
                row.target = target
        else:  # the source or the translation has changed since the page was opened
            put_back(self.rows, joined(targets, keep_places=True))

    def _rows(self) -> list[Row]:
        text = self.source.revision.content
        if self.present is None:
            rows = first_translation(text, self.titles)
            return rows if len(rows) <= MOST_ROWS else [Row(text, is_all=True)]
        basis = self.present.based_on
        old = basis.revision.content if basis else text
        rows = side_by_side(old, text, self.present.revision.content)
        for row, fresh in zip(rows, first_translation_of(rows, self.titles), strict=True):
            row.target = row.target or fresh
        return rows

    def _source_as_seen(self, present: RevisionInfo) -> RevisionInfo:
        """The source as it was when the form was opened: that is what the translation follows."""
        number = self.request.POST.get("source", "")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            return present
        seen = RevisionInfo.objects.select_related("revision").filter(
            pk=number,
            revision__article=present.revision.article_id,
            state=RevisionInfo.State.PUBLISHED,
        )
        return seen.first() or present

    def _others(self) -> list[str]:
        """Who else is at this translation: now, or with work that is kept and not published."""
        return translating.others_at(self.guide, self.language, self.person)

    def _tell_what_is_open(self, number: int) -> None:
        if number:
            sentence = ngettext(
                "{number} paragraph of the source has no translation yet.",
                "{number} paragraphs of the source have no translation yet.",
                number,
            )
            messages.warning(self.request, sentence.format(number=number))

    def _page(
        self,
        form: TextForm,
        *,
        draft: Draft | None = None,
        status: HTTPStatus = HTTPStatus.OK,
        shown: str | None = None,
    ) -> HttpResponse:
        state = self.translation.state if self.translation else State.MISSING
        bare = bare_skeletons(self.source.revision.content, self.titles)
        for row in self.rows:
            row.is_bare = row.target in bare
        context = {
            "form": form,
            "guide": self.guide,
            "language": self.language,
            "source": self.source,
            "source_language": self.guide.source_language,
            "source_text": translating.source_of(self.guide),
            "rows": self.rows,
            "state": state,
            "is_outdated": state in OUTDATED,
            "knows_basis": self.present is None or self.present.based_on is not None,
            "changes": sum(row.change != "same" for row in self.rows),
            "first_change": next(
                (n for n, row in enumerate(self.rows, 1) if row.change != "same"), None
            ),
            "draft": draft,
            "others": self._others(),
            "may_publish": can(self.person, "guide.publish", (self.guide, self.language)),
            "preview": None if shown is None else preview(shown, self.language, self.person),
        }
        return render(self.request, "translating/work.html", context, status=status)


def first_translation_of(rows: Iterable[Row], titles: dict[int, str]) -> list[str]:
    """Return a skeleton for each paragraph that came since, and nothing for the others."""
    return [
        joined([each.target for each in first_translation(row.source, titles)])
        if row.change == "added"
        else ""
        for row in rows
    ]


def _titles(guides: Iterable[int], language: str) -> dict[int, str]:
    """The titles of linked guides in the language of translation, where they have one."""
    texts = Translation.objects.published().filter(guide__in=list(guides), language=language)
    return dict(texts.values_list("guide", "title"))
