"""Writing: the editor of a text, and of a new guide."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from articles import access, permissions, publishing, tree
from articles.merging import Conflict
from articles.models import Guide, RevisionInfo, Translation, Writing
from articles.navigation import guide_url
from articles.writing import drafts
from articles.writing.differences import Piece, differences
from articles.writing.editor_script import script_context
from articles.writing.forms import NewGuideForm, TextForm, named_voices
from articles.writing.previews import preview
from articles.writing.where import FIND, TOPIC
from smartwiki.accounts.models import User
from smartwiki.accounts.policy import can
from smartwiki.heard import Result, name_voices, voices_in
from smartwiki.languages import own_name

PREVIEW, PUBLISH, SUBMIT = "preview", "publish", "submit"  # the form's buttons, named "do"


@never_cache
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Show the editor of a text, and save it."""
    translation = access.translation_for_writer(request, pk, language)
    if request.method == "POST":
        return _save(request, translation)
    person = access.writer(request)
    draft = drafts.find(person, translation.guide, language)
    resumed = draft if "draft" in request.GET else None
    initial = TextForm.initial_of(translation, translation.present(), resumed)
    form = TextForm(initial=initial, translation=translation)
    return _editor(request, form, translation, draft=drafts.waiting(draft, initial))


@never_cache
@require_http_methods(["GET", "POST"])
def new_guide(request: HttpRequest) -> HttpResponse:
    """Show the editor of a guide that is not there yet, and make it."""
    person = access.writer(request)
    if not can(person, "guide.desk"):
        raise PermissionDenied
    if request.method == "POST":
        return _create(request, person)
    draft = drafts.find(person, None, "")
    parent = request.GET.get("parent", "")
    initial: dict[str, Any] = {
        "language": request.GET.get("language", get_language()),
        "title": request.GET.get("title", "")[:200],
        "owner": person.pk,
    }
    if parent.isdigit():
        initial["parent"] = parent
    elif not Guide.objects.exists():
        initial["parent"] = TOPIC
    if draft and "draft" in request.GET:
        initial |= {name: getattr(draft, name) for name in (*drafts.KEPT, "language")}
        draft = None
    form = NewGuideForm(initial=initial, person=person)
    return _new_guide_editor(request, form, draft=draft)


@require_POST
def discard_draft(request: HttpRequest) -> HttpResponse:
    """Throw away what a person has not saved, because they say so."""
    person = access.writer(request)
    guide, language = access.named_text(request)
    drafts.discard(person, guide, language)
    messages.success(request, _("Your unsaved text was thrown away."))
    if guide is None:
        return redirect("writing:new")
    return redirect("writing:edit", guide.pk, language)


def _save(request: HttpRequest, translation: Translation) -> HttpResponse:
    person = access.writer(request)
    guide, language = translation.guide, translation.language
    form = TextForm(request.POST, initial={"slug": translation.slug}, translation=translation)
    show = request.POST.get("do") != SUBMIT
    if not form.is_valid():
        return _editor(request, form, translation, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if request.POST.get("do") == PREVIEW:
        drafts.keep(person, guide, language, form.cleaned_data, form.base_revision())
        return _editor(request, form, translation, shown=form.cleaned_data["text"])
    if show and not can(person, "guide.publish", (guide, language)):
        raise PermissionDenied
    present = translation.present()
    change = form.change(person, present.based_on if present else None)
    publishing.rendered(form.cleaned_data["text"], language)  # others need not wait for this
    try:
        with transaction.atomic():
            saved = publishing.save(
                translation,
                form.written(),
                change,
                base=form.base_revision(),
                show=show,
                slug=form.new_slug(),
            )
            _name_voices(form, saved, person)
            finish(person, translation)
    except publishing.ConflictError as conflict:
        return conflict_page(request, translation, form, conflict)
    except ValidationError as error:
        form.add_error(None, error)
        status = HTTPStatus.CONFLICT if guide.deleted_at else HTTPStatus.UNPROCESSABLE_ENTITY
        return _editor(request, form, translation, status=status)
    tell_what_was_saved(request, saved)
    translation.refresh_from_db()
    return redirect(guide_url(language, translation.path))


def _name_voices(form: TextForm, saved: publishing.Saved, person: User) -> None:
    """Say of which comments a text comes; one that was there already may have been said of more."""
    voices = form.cleaned_data["heard"]
    if not saved.changed:
        named = voices_in(named_voices(saved.info))
        kinds = {*named, *voices}
        voices = {kind: named.get(kind, []) + voices.get(kind, []) for kind in kinds}
    is_public = saved.info.state == RevisionInfo.State.PUBLISHED
    name_voices(Result("revision", saved.info.pk), voices, person, is_public=is_public)


def finish(person: User, translation: Translation) -> None:
    """Forget the draft and the presence of a person whose text is saved."""
    drafts.discard(person, translation.guide, translation.language)
    drafts.note_leaving(person, translation.guide, translation.language)


def tell_what_was_saved(request: HttpRequest, saved: publishing.Saved) -> None:
    """Tell the person what became of their text, and of somebody else's."""
    if saved.merged_with:
        name = saved.merged_with.revision.user or _("Somebody")
        messages.warning(
            request,
            _(
                "{name} saved a change while you were writing. Both changes are in the text now: "
                "please read it once more."
            ).format(name=name),
        )
    if not saved.changed:
        messages.info(request, _("The text was already saved like this."))
    elif saved.info.state == RevisionInfo.State.PUBLISHED:
        messages.success(request, _("Your text is published."))
    else:
        messages.success(request, _("Your text is saved. Somebody will review it."))


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that two people changed, with the words that each of them changed."""

    base: str
    theirs: list[Piece]
    mine: list[Piece]

    @classmethod
    def of(cls, conflict: Conflict) -> Passage:
        """Compare both texts with what they began with."""
        theirs, mine = (
            [piece for block in differences([conflict.base], [text]) for piece in block.pieces]
            for text in (conflict.theirs, conflict.mine)
        )
        return cls(conflict.base, theirs, mine)


def conflict_page(
    request: HttpRequest,
    translation: Translation,
    form: TextForm,
    conflict: publishing.ConflictError,
) -> HttpResponse:
    """Show base, theirs and mine of each passage, and a form that continues from theirs."""
    merged = {**request.POST.dict(), **asdict(conflict.text), "base": str(conflict.theirs.pk)}
    again = TextForm(merged, initial={"slug": translation.slug}, translation=translation)
    number = len(conflict.conflicts)
    headline = ngettext(
        "Somebody else changed the same passage",
        "Somebody else changed the same {number} passages",
        number,
    ).format(number=number)
    return _editor(
        request,
        again,
        translation,
        status=HTTPStatus.CONFLICT,
        conflict=conflict,
        passages=[Passage.of(each) for each in conflict.conflicts],
        headline=headline,
        mine=form.cleaned_data["text"],
    )


def _create(request: HttpRequest, person: User) -> HttpResponse:
    if request.POST.get("do") == FIND:
        form = NewGuideForm(initial=request.POST.dict(), person=person)
        return _new_guide_editor(request, form)
    form = NewGuideForm(request.POST, person=person)
    show = request.POST.get("do") != SUBMIT
    if not form.is_valid():
        return _new_guide_editor(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    facts = form.cleaned_data
    if request.POST.get("do") == PREVIEW:
        drafts.keep(person, None, facts["language"], facts)
        return _new_guide_editor(request, form, shown=facts["text"])
    if show and not person.has_role(permissions.EDITOR, facts["language"]):
        raise PermissionDenied
    publishing.rendered(facts["text"], facts["language"])  # others need not wait for this
    try:
        with transaction.atomic():
            translation = _make_guide(form)
            saved = publishing.save(
                translation, form.written(), form.change(person), base=None, show=show
            )
            _name_voices(form, saved, person)
            drafts.discard(person, None, facts["language"])
    except ValidationError as error:
        form.add_error(None, error)
        return _new_guide_editor(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    tell_what_was_saved(request, saved)
    return redirect(guide_url(facts["language"], translation.path))


def _make_guide(form: NewGuideForm) -> Translation:
    facts = form.cleaned_data
    guide = tree.create_guide(
        source_language=facts["language"],
        parent=facts["parent"],
        visibility=facts["visibility"],
        owner=facts["owner"],
    )
    return publishing.start_translation(
        guide, facts["language"], slug=facts["slug"], text=form.written()
    )


def _editor(
    request: HttpRequest,
    form: TextForm,
    translation: Translation,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    shown: str | None = None,
    **more: Any,
) -> HttpResponse:
    """Answer with the editor; `shown`: the text to show a preview of."""
    person, guide = access.writer(request), translation.guide
    context = {
        "form": form,
        "guide": guide,
        "translation": translation,
        "language": translation.language,
        "language_name": own_name(translation.language),
        "may_publish": can(person, "guide.publish", (guide, translation.language)),
        "others": Writing.names_of_others(guide, translation.language, person),
        "cancel_url": guide_url(translation.language, translation.path),
        "action": reverse("writing:edit", args=[guide.pk, translation.language]),
        "preview": None if shown is None else preview(shown, translation.language, person),
        **script_context(person, translation),
        **more,
    }
    return render(request, "articles/edit.html", context, status=status)


def _new_guide_editor(
    request: HttpRequest,
    form: NewGuideForm,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    shown: str | None = None,
    **more: Any,
) -> HttpResponse:
    person = access.writer(request)
    language = str(form["language"].value() or get_language())
    context = {
        "form": form,
        "guide": None,
        "language": language,
        "may_publish": True,
        "cancel_url": reverse("articles:tree"),
        "action": reverse("writing:new"),
        "preview": None if shown is None else preview(shown, language, person),
        **script_context(person, None),
        **more,
    }
    return render(request, "articles/new_guide.html", context, status=status)
