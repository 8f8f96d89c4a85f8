"""The pages on which a call is read and answered; a form is never kept for other visitors."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from projects.answering import AnswerForm
from projects.pages import CallPart, Moved, StatusPage, call_url
from projects.views import project_for_reader
from smartwiki.addresses import languages_context
from smartwiki.languages import language_codes
from smartwiki.spam import client_address, seconds_to_wait, wait_in_words

ANSWERS_AN_HOUR = 5  # from one address


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def call(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    try:
        page, part = call_for_reader(request, slug, pk)
    except Moved as moved:
        slug = moved.project.slug_for(get_language())
        return redirect(reverse("projects:call", args=[slug, pk]))
    form = AnswerForm(part.call, request.user, request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        if form.is_valid() and _may_answer(request, form):
            form.save(page.language)
            return redirect(reverse("projects:thanks", args=[slug, pk]))
        status = _status_of(form)
    context = {"page": page, "call": part, "form": form, **_languages(page, part)}
    response = render(request, "projects/call.html", context, status=status)
    if form.wait:
        response.headers["Retry-After"] = str(form.wait)
    return response


@require_safe
def thanks(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    try:
        page, part = call_for_reader(request, slug, pk)
    except Moved as moved:
        slug = moved.project.slug_for(get_language())
        return redirect(reverse("projects:thanks", args=[slug, pk]))
    context = {"page": page, "call": part, "noindex": True}
    return render(request, "projects/thanks.html", context)


def call_for_reader(request: HttpRequest, slug: str, pk: int) -> tuple[StatusPage, CallPart]:
    """Return a call that has begun, with its project's page.

    Raises Http404 where there is none that the person may see, and Moved as `status_page` does.
    """
    page = project_for_reader(request, slug)
    part = next((part for part in page.begun_calls if part.call.pk == pk), None)
    if part is None:
        raise Http404
    return page, part


def _may_answer(request: HttpRequest, form: AnswerForm) -> bool:
    address = client_address(request)
    form.wait = seconds_to_wait(address, "answer", limit=ANSWERS_AN_HOUR, seconds=3600)
    if not form.wait:
        return True
    message = _("Several answers came from your address. Please try again in {wait}.")
    form.add_error(None, message.format(wait=wait_in_words(form.wait)))
    return False


def _status_of(form: AnswerForm) -> HTTPStatus:
    if form.wait:
        return HTTPStatus.TOO_MANY_REQUESTS
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.call.is_open() else HTTPStatus.CONFLICT


def _languages(page: StatusPage, part: CallPart) -> dict[str, object]:
    urls = {code: call_url(part.call, code) for code in language_codes()}
    exists = {code: url for code, url in urls.items() if code in page.project.titles()}
    return languages_context(
        page.language, exists, missing=urls, default=page.project.source_language
    )
