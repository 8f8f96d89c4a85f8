"""What readers send: an answer to "Was this helpful?", and that a guide was read."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles import access
from articles.models import Translation
from articles.navigation import guide_url
from articles.reading.feedback import FeedbackForm
from articles.reading.readings import count_reading, is_plausible
from smartwiki.same_site import from_this_site
from smartwiki.spam import client_address, seconds_to_wait, wait_in_words
from smartwiki.visitor_cache import for_visitors

ANSWERS_AN_HOUR = 20  # from one address; an office may share one


@from_this_site
@require_http_methods(["GET", "HEAD", "POST"])
@for_visitors
def give_feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an answer; the page itself shows the form to those whose answer was not complete."""
    translation = access.translation_for_reader(request, pk)
    if request.method != "POST":
        return _form(request, translation, FeedbackForm(translation=translation))
    form = FeedbackForm(request.POST, translation=translation)
    if not form.is_valid():
        return _form(request, translation, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    address = client_address(request)
    if wait := seconds_to_wait(address, "feedback", limit=ANSWERS_AN_HOUR, seconds=3600):
        message = _("That was a lot of answers in a short time. Please try again in {wait}.")
        form.add_error(None, message.format(wait=wait_in_words(wait)))
        response = _form(request, translation, form, HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(wait)
        return response
    if not form.is_robots:
        form.save()
    return redirect("voice:thanks", pk)


@require_safe
@for_visitors
def thanks(request: HttpRequest, pk: int) -> HttpResponse:
    translation = access.translation_for_reader(request, pk)
    context = {"translation": translation, "guide_url": _url(translation), "noindex": True}
    return render(request, "articles/feedback_thanks.html", context)


@from_this_site
@require_POST
def reading(request: HttpRequest) -> HttpResponse:
    """Count that a guide was read: a number for the day, and nothing of who sent it."""
    number = request.POST.get("translation", "")
    if number.isascii() and number.isdigit() and len(number) < 19:
        if is_plausible(client_address(request)):
            count_reading(int(number))
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return HttpResponse(status=HTTPStatus.BAD_REQUEST)


def _form(
    request: HttpRequest,
    translation: Translation,
    form: FeedbackForm,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "translation": translation,
        "feedback": form,
        "guide_url": _url(translation),
        "noindex": True,
    }
    return render(request, "articles/feedback.html", context, status=status)


def _url(translation: Translation) -> str:
    return guide_url(translation.language, translation.path)
