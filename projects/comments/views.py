"""The conversation about a project: read by everybody, and written on pages that are never kept."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from projects.comments import moderation, speaking
from projects.comments.access import may_answer_officially, may_moderate
from projects.comments.addresses import comment_url, conversation_url
from projects.comments.conversation import (
    Conversation,
    Part,
    Subject,
    add_outcomes,
    place_of,
    whole_thread,
)
from projects.comments.forms import CommentForm, ReportForm
from projects.comments.limits import too_many_comments, too_many_reports
from projects.comments.models import Comment, Report
from projects.models import Project
from projects.pages import Moved, StatusPage, project_at
from projects.views import project_for_reader
from smartwiki.addresses import languages_context
from smartwiki.languages import language_codes
from smartwiki.spam import client_address, keyed_hash, wait_in_words
from smartwiki.visitor_cache import for_visitors

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
STATUS_OF = {"closed": HTTPStatus.CONFLICT, "gone": HTTPStatus.CONFLICT}


@require_safe
@for_visitors
def conversation(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        page = project_for_reader(request, slug)
    except Moved as moved:
        return redirect(conversation_url(moved.project, get_language()))
    context = {
        "page": page,
        "conversation": Conversation(page.project, page.language, request.user, request.GET),
        **_what_is_open_to(request, page.project),
        **_languages(page),
    }
    if request.GET or not page.project.is_published:
        context["noindex"] = True
    return render(request, "comments/conversation.html", context)


@require_safe
@for_visitors
def thread(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    page = _page(request, slug)
    try:
        first, answers = whole_thread(page.project, pk, request.GET.get("page"))
    except Comment.DoesNotExist as error:
        raise Http404 from error
    parts = [Part(each, page.language) for each in (first, *answers)]
    add_outcomes(parts, page.language, request.user)
    context = {
        "page": page,
        "first": parts[0],
        "parts": parts[1:],
        "answers": answers,
        "noindex": True,
        **_what_is_open_to(request, page.project),
    }
    return render(request, "comments/thread.html", context)


@require_safe
def comment(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Lead to the page on which a comment stands now; browsers keep the `#comment-…`."""
    page = _page(request, slug)
    try:
        name, place = place_of(page.project, pk)
    except Comment.DoesNotExist as error:
        raise Http404 from error
    args: list[Any] = [page.slug]
    if name == "thread":
        args.append(place["pk"])
    query = f"?page={place['page']}" if place["page"] > 1 else ""
    response = redirect(f"{reverse(f'comments:{name}', args=args)}{query}#comment-{pk}")
    response.headers["Cache-Control"] = "no-cache"
    return response


@read_or_write
@never_cache
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form of a new comment or answer, and take it in."""
    project = _project_that_takes_comments(request, slug)
    if project is None:
        return _not_here(request)
    initial = {"answers": request.GET.get("answers"), "about": request.GET.get("about")}
    form = CommentForm(project, request.user, request.POST or None, initial=initial)
    if request.method != "POST":
        return _form(request, form)
    if not form.is_valid():
        return _form(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if not form.is_official and (seconds := too_many_comments(request, form)):
        return _wait(request, form, seconds)
    try:
        said = _say(request, form)
    except speaking.AlreadySaidError as already:
        said = already.comment
        speaking.ask_again(said)
    except ValidationError as error:
        form.refuse(error)
        status = STATUS_OF.get(str(error.code), HTTPStatus.UNPROCESSABLE_ENTITY)
        return _form(request, form, status)
    if said.is_shown:
        messages.success(request, _("Your comment is published."))
        return redirect(comment_url(said, get_language()))
    thanks = reverse("comments:thanks", args=[project.slug_for(get_language())])
    return redirect(thanks if said.author_id else f"{thanks}?confirm")


def _say(request: HttpRequest, form: CommentForm) -> Comment:
    """Post what the form says, as an answer of the team where it is one."""
    written = form.written(keyed_hash(client_address(request)))
    said = speaking.post(written, official=form.is_official)
    if form.is_official and form.cleaned_data["pinned"] and said.author:
        moderation.pin(said.pk, said.author)
    return said


@require_safe
@never_cache
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    page = _page(request, slug)
    context = {"page": page, "to_confirm": "confirm" in request.GET, "noindex": True}
    return render(request, "comments/thanks.html", context)


@read_or_write
@never_cache
def report(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Let a reader say that a comment should not stand there."""
    page = _page(request, slug)
    found = get_object_or_404(Comment.objects.visible_on(page.project).for_readers(), pk=pk)
    form = ReportForm(request.POST or None)
    context = {"page": page, "part": Part(found), "form": form, "noindex": True}
    if request.method != "POST":
        return render(request, "comments/report.html", context)
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, "comments/report.html", context, status=status)
    if seconds := too_many_reports(request):
        form.add_error(None, _too_many(seconds))
        return _later(render(request, "comments/report.html", context), seconds)
    person = request.user if request.user.is_authenticated else None
    sender = "" if person else keyed_hash(client_address(request))
    said = Report(author=person, sender=sender, **_said(form))
    context["is_new"] = speaking.report(pk, said)
    return render(request, "comments/reported.html", context)


def _said(form: ReportForm) -> dict[str, str]:
    return {name: form.cleaned_data[name] for name in ("reason", "text")}


@require_POST
def pin(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put an official answer on top, or no longer."""
    found = get_object_or_404(Comment.objects.select_related("project"), pk=pk)
    if not may_answer_officially(request.user, found.project):
        raise PermissionDenied
    try:
        moderation.pin(pk, request.user, is_pinned=request.POST.get("pinned") == "1")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(comment_url(found, get_language()))


def _page(request: HttpRequest, slug: str) -> StatusPage:
    """Return the page of a project under any of its addresses; raises Http404."""
    try:
        return project_for_reader(request, slug)
    except Moved as moved:
        return project_for_reader(request, moved.project.slug_for(get_language()))


def _project_that_takes_comments(request: HttpRequest, slug: str) -> Project | None:
    """Return a published project; None where there is none, so that nobody's text gets lost."""
    try:
        project, _leads = project_at(slug, get_language(), request.user)
    except Moved as moved:
        project = moved.project
    except Project.DoesNotExist:
        return None
    return project if project.is_published else None


def _not_here(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        raise Http404
    context = {"kept_text": request.POST.get("text", ""), "noindex": True}
    return render(request, "comments/not_here.html", context, status=HTTPStatus.NOT_FOUND)


def _form(
    request: HttpRequest, form: CommentForm, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    context = {
        "page": StatusPage(form.project, get_language(), request.user, [], timezone.now()),
        "form": form,
        "answered": _answered(form),
        "subject": Subject.named(str(form["about"].value() or "")),
        "noindex": True,
    }
    return render(request, "comments/write.html", context, status=status)


def _answered(form: CommentForm) -> Part | None:
    """What the form answers, when readers see it; a form that says so otherwise answers nothing."""
    number = str(form["answers"].value() or "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    found = Comment.objects.visible_on(form.project).for_readers().filter(pk=int(number)).first()
    return Part(found) if found else None


def _wait(request: HttpRequest, form: CommentForm, seconds: int) -> HttpResponse:
    form.add_error(None, _too_many(seconds))
    return _later(_form(request, form), seconds)


def _too_many(seconds: int) -> str:
    return _("That was a lot in a short time. Please try again in {time}: nothing is lost.").format(
        time=wait_in_words(seconds)
    )


def _later(response: HttpResponse, seconds: int) -> HttpResponse:
    response.status_code = HTTPStatus.TOO_MANY_REQUESTS
    response.headers["Retry-After"] = str(seconds)
    return response


def _what_is_open_to(request: HttpRequest, project: Project) -> dict[str, Any]:
    """What somebody with a role may do here; the pages of all others are the same for all."""
    if not request.user.is_authenticated:
        return {}
    return {
        "may_answer_officially": may_answer_officially(request.user, project),
        "may_moderate": may_moderate(request.user),
    }


def _languages(page: StatusPage) -> dict[str, Any]:
    urls = {code: conversation_url(page.project, code) for code in language_codes()}
    exists = {code: url for code, url in urls.items() if code in page.project.titles()}
    return languages_context(
        page.language, exists, missing=urls, default=page.project.source_language
    )
