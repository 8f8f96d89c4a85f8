"""The editors' desk: what there is to do, what readers say, and signing off."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles import access, permissions
from articles.desk import freshness
from articles.desk import mine as my_work
from articles.desk.dashboard import FEW, FilterForm, most_read, owners, rows, totals
from articles.desk.forms import PlanForm
from articles.desk.over_time import coverage_over_time, readings_over_time
from articles.models import Feedback, Translation
from articles.navigation import guide_url
from articles.reading import feedback
from articles.reading.pages import GuidePage
from articles.standing import pages_of
from articles.states import OUTDATED
from articles.translating import source as translating
from smartwiki.accounts.policy import Person, can
from smartwiki.languages import language_codes

GUIDES_ON_A_PAGE = 50


def desk_context(page: GuidePage, person: Person) -> dict[str, Any]:
    """Return what the page of a guide offers to its editors and its owner; nothing to readers."""
    may_write = can(person, "guide.propose", page.guide)
    may_answer = can(person, "guide.answer_for", (page.guide, page.language))
    return {
        "may_write": may_write,
        "may_answer": may_answer and not page.is_draft,
        "may_manage": can(person, "guide.manage", page.guide),
        "voices": feedback.voices_of(page.translation) if may_write or may_answer else None,
        "is_counted": not (may_write or may_answer or page.is_draft),
    }


@never_cache
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show guides by languages with their states, those most read first.

    Who publishes in one language sees that one, until they ask for another or for all.
    """
    person, language = access.editor(request), get_language()
    publishes_in = permissions.languages_of(person)
    query = request.GET.copy()
    if len(publishes_in) == 1:
        query.setdefault("language", publishes_in[0])
    form = FilterForm(query, topics=my_work.topics(person, language), owners=owners())
    audience = permissions.audience_of(person)
    counts, number = totals(audience), form.number(audience)
    are_few = number is not None and number < FEW * counts[0].number
    guides = form.narrow(most_read(person), are_few=are_few)
    page = pages_of(guides, GUIDES_ON_A_PAGE, number).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "page": page,
        "rows": rows(page.object_list, form.languages, language),
        "languages": form.languages,
        "may_publish_in": publishes_in,
        "totals": counts,
    }
    return render(request, "desk/dashboard.html", context)


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person."""
    person = access.editor(request)
    return render(request, "desk/mine.html", my_work.work_of(person))


@never_cache
@require_safe
def over_time(request: HttpRequest) -> HttpResponse:
    """Show how translations and readings went on, week by week."""
    access.editor(request)
    context = {"coverage": coverage_over_time(), "readings": readings_over_time()}
    return render(request, "desk/over_time.html", context)


@never_cache
@require_safe
def voices(request: HttpRequest) -> HttpResponse:
    """List the guides that readers find least helpful."""
    person = access.editor(request)
    language = request.GET.get("language", "")
    language = language if language in language_codes() else ""
    context = {
        "voices": feedback.worst_pages(person, language),
        "languages": language_codes(),
        "language": language,
    }
    return render(request, "desk/voices.html", context)


@never_cache
@require_safe
def voices_of(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Show what readers said of one text."""
    translation = access.translation_for_writer(request, pk, language)
    said = translation.feedback.exclude(text="", reason="").select_related("revision__revision")
    context = {
        "translation": translation,
        "voices": feedback.voices_of(translation),
        "answers": said[:200],
        "guide_url": guide_url(language, translation.path),
        "may_publish": can(request.user, "guide.publish", (translation.guide, language)),
    }
    return render(request, "desk/voices_of.html", context)


@require_POST
def settle(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Note that a reader's answer is dealt with."""
    translation = access.translation_for_publisher(request, pk, language)
    number = request.POST.get("answer", "")
    answer = get_object_or_404(
        Feedback.objects.unsettled().filter(translation=translation),
        pk=number if number.isascii() and number.isdigit() else None,
    )
    feedback.settle(answer, access.writer(request))
    messages.success(request, _("The answer is marked as dealt with."))
    return redirect("desk:voices-of", pk, language)


@require_POST
def still_accurate(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Sign a text off without changing it."""
    translation = access.translation_for_answerer(request, pk, language)
    translation.verify(access.writer(request))
    messages.success(request, _("Thank you: readers now see that you verified this guide today."))
    return _back(request, translation)


@require_POST
def no_need(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Say that the source's change needs no translation."""
    translation = access.translation_for_publisher(request, pk, language)
    try:
        translating.no_translation_needed(translation, access.writer(request))
    except ValidationError as error:
        messages.info(request, error.messages[0])
    else:
        messages.success(request, _("The translation counts as up to date."))
    return _back(request, translation)


@never_cache
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who answers for a guide, how often it is reviewed, and how settled its subject is."""
    guide = access.guide_for_manager(request, pk)
    form = PlanForm(request.POST or None, guide=guide)
    if request.method == "POST" and form.is_valid():
        freshness.plan_reviews(guide, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("desk:plan", pk)
    texts = {each.language: each for each in guide.translations.with_state()}
    context = {
        "guide": guide,
        "form": form,
        "source": texts.get(guide.source_language),
        "texts": [texts[code] for code in language_codes() if code in texts],
        "outdated": OUTDATED,
    }
    status = 422 if form.errors else 200
    return render(request, "desk/plan.html", context, status=status)


@require_POST
def switch_source(request: HttpRequest, pk: int) -> HttpResponse:
    """Make another language the one that is written first."""
    guide = access.guide_for_manager(request, pk)
    language = access.known_language(request.POST.get("language", ""))
    try:
        translating.switch_source(guide, language)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("The source language is switched."))
    return redirect("desk:plan", pk)


def _back(request: HttpRequest, translation: Translation) -> HttpResponse:
    """Lead back to where the button was: a list of the desk, or the guide."""
    if request.POST.get("from") == "mine":
        return redirect("desk:mine")
    return redirect(guide_url(translation.language, translation.path))
