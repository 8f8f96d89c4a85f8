"""Pages of suggestions: for the member who makes one, and for the editor who decides."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles import access, permissions, publishing
from articles.desk.mine import suggestions_begun_by, suggestions_by
from articles.models import Draft, RevisionInfo, Translation
from articles.navigation import guide_url
from articles.publishing import ConflictError, Text
from articles.suggesting import suggestions
from articles.writing import drafts
from articles.writing.differences import differences, source_paragraphs, without_what_is_same
from articles.writing.editor_script import script_context
from articles.writing.forms import TextForm, named_voices
from articles.writing.previews import preview

PREVIEW = "preview"  # the form's button, named "do"

P = ParamSpec("P")


def for_members(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Ask visitors to sign in; what was sent after a session ended is given back, not lost."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST":
            raise PermissionDenied
        return redirect_to_login(request.get_full_path())

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], wrapped)


class SuggestionForm(TextForm):
    """The editor's form for somebody who does not publish."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["slug"], self.fields["significance"], self.fields["heard"]
        self.fields["message"].label = _("Why?")
        self.fields["message"].help_text = _("A few words for the editors; your name is with it.")


class AcceptForm(TextForm):
    """The suggestion as it will be published."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["slug"], self.fields["message"]


class DeclineForm(forms.Form):
    """Why not."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The person who suggested it reads this."),
        error_messages={"required": gettext_lazy("Please give a reason: somebody took trouble.")},
    )
    use_required_attribute = False


@never_cache
@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a member propose another text."""
    translation, person = access.translation_for_reader(request, pk), access.writer(request)
    if request.method != "POST":
        draft = drafts.find(person, translation.guide, translation.language)
        resumed = draft if "draft" in request.GET else None
        initial = TextForm.initial_of(translation, translation.published, resumed)
        form = SuggestionForm(initial=initial)
        return _suggest_page(request, translation, form, draft=drafts.waiting(draft, initial))
    form = SuggestionForm(request.POST, translation=translation)
    if not form.is_valid():
        return _suggest_page(request, translation, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if request.POST.get("do") == PREVIEW:
        kept, base = form.cleaned_data, form.base_revision()
        drafts.keep(person, translation.guide, translation.language, kept, base)
        return _suggest_page(request, translation, form, shown=form.cleaned_data["text"])
    base = form.base_revision() or translation.published
    form.cleaned_data["significance"] = RevisionInfo.Significance.MINOR
    change = form.change(person, translation.published and translation.published.based_on)
    publishing.rendered(form.cleaned_data["text"], translation.language)  # others need not wait
    try:
        with transaction.atomic():
            suggestions.suggest(translation, form.written(), change, base=base)
            drafts.discard(person, translation.guide, translation.language)
    except ValidationError as error:
        form.add_error(None, error)
        return _suggest_page(request, translation, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(
        request, _("Thank you. An editor reads it, and you see here what becomes of it.")
    )
    return redirect("suggestions:mine")


@never_cache
@for_members
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show a member what became of their suggestions."""
    person = access.writer(request)
    begun = [] if permissions.sees_drafts(person) else suggestions_begun_by(person)
    context = {"suggestions": suggestions_by(person)[:200], "begun": begun}
    return render(request, "suggestions/mine.html", context)


@never_cache
@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a suggestion changes, and publish it, as it is or amended."""
    suggestion = access.suggestion_for_reviewer(request, pk)
    if request.method != "POST":
        return _review_page(request, suggestion)
    translation = suggestions.text_of(suggestion)
    form = AcceptForm(request.POST, translation=translation)
    if not form.is_valid():
        return _review_page(request, suggestion, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if request.POST.get("do") == PREVIEW:
        return _review_page(request, suggestion, form, shown=form.cleaned_data["text"])
    publishing.rendered(form.cleaned_data["text"], translation.language)  # others need not wait
    try:
        suggestions.accept(
            suggestion,
            access.writer(request),
            form.written(),
            significance=form.cleaned_data["significance"],
            base=form.base_revision(),
            voices=form.cleaned_data["heard"],
        )
    except ConflictError as conflict:
        merged = request.POST.copy()
        merged["text"], merged["base"] = conflict.text.text, str(conflict.theirs.pk)
        form = AcceptForm(merged, translation=translation)
        form.add_error(None, _("Somebody else has just changed the same passage: please look."))
        return _review_page(request, suggestion, form, status=HTTPStatus.CONFLICT)
    except ValidationError as error:
        form.add_error(None, error)
        return _review_page(request, suggestion, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("The suggestion is published, with its author's name."))
    translation.refresh_from_db()
    return redirect(guide_url(translation.language, translation.path))


@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn a suggestion down with a reason."""
    suggestion = access.suggestion_for_reviewer(request, pk)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _review_page(request, suggestion, declining=form, status=status)
    try:
        suggestions.decline(suggestion, access.writer(request), form.cleaned_data["reason"])
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("suggestions:review", pk)
    messages.success(request, _("The suggestion is declined; its author sees your reason."))
    return redirect("desk:mine")


def _suggest_page(
    request: HttpRequest,
    translation: Translation,
    form: SuggestionForm,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    shown: str | None = None,
    draft: Draft | None = None,
) -> HttpResponse:
    person = access.writer(request)
    context = {
        "form": form,
        "guide": translation.guide,
        "draft": draft,
        "translation": translation,
        "language": translation.language,
        "guide_url": guide_url(translation.language, translation.path),
        "preview": None if shown is None else preview(shown, translation.language, person),
        **script_context(person, translation),
    }
    return render(request, "suggestions/suggest.html", context, status=status)


def _review_page(
    request: HttpRequest,
    suggestion: RevisionInfo,
    form: AcceptForm | None = None,
    *,
    declining: DeclineForm | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    shown: str | None = None,
) -> HttpResponse:
    person, translation = access.writer(request), suggestions.text_of(suggestion)
    proposed = suggestions.proposal(suggestion)
    present = Text.of(translation.published)
    if form is None:
        initial = {
            "title": proposed.text.title,
            "summary": proposed.text.summary,
            "text": proposed.text.text,
            "significance": suggestion.significance,
            "base": translation.published_id,
            "heard": named_voices(suggestion),
        }
        form = AcceptForm(initial=initial, translation=translation)
    context = {
        "form": form,
        "decline_form": declining or DeclineForm(),
        "suggestion": suggestion,
        "translation": translation,
        "guide": translation.guide,
        "language": translation.language,
        "guide_url": guide_url(translation.language, translation.path),
        "preview": None if shown is None else preview(shown, translation.language, person),
        **script_context(person, translation),
        "conflicts": proposed.conflicts,
        "changes": [
            (label, without_what_is_same(differences(*map(source_paragraphs, (old, new)))))
            for label, old, new in (
                (_("Title"), present.title, proposed.text.title),
                (_("Summary"), present.summary, proposed.text.summary),
                (_("Text"), present.text, proposed.text.text),
            )
            if old != new
        ],
    }
    return render(request, "suggestions/review.html", context, status=status)
