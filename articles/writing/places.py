"""The place of a guide: moving, ordering, deleting and restoring it."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles import access, tree
from articles.models import Guide, Translation
from articles.navigation import NavLink, group_by_guide, guide_url, link_to
from articles.writing.forms import PlaceForm
from articles.writing.where import FIND
from smartwiki.accounts.models import User
from smartwiki.accounts.policy import can

ON_A_PAGE = 50  # deleted guides
STEPS = {"first": -1_000_000, "up": -1, "down": 1, "last": 1_000_000}


@never_cache
@require_http_methods(["GET", "POST"])
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a guide below another, among its siblings, or to another audience and owner."""
    guide = access.guide_for_manager(request, pk)
    person = access.writer(request)
    if request.method == "GET":
        return _place_page(request, guide, PlaceForm(instance=guide, person=person))
    if (step := request.POST.get("step")) in STEPS:
        tree.reorder_guide(guide, STEPS[step])
        messages.success(request, _("The order is changed."))
        return redirect("writing:place", pk)
    if request.POST.get("do") == FIND:
        looking = PlaceForm(initial=request.POST.dict(), instance=guide, person=person)
        return _place_page(request, guide, looking)
    form = PlaceForm(request.POST, instance=guide, person=person)
    if not form.is_valid():
        return _place_page(request, guide, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        _settle(guide, form, person)
    except ValidationError as error:
        form.add_error(None, error)
        return _place_page(request, guide, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("Saved. Old addresses lead to the new ones."))
    return redirect("writing:place", pk)


@never_cache
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then hide a guide and all below it."""
    guide = access.guide_for_manager(request, pk)
    shown = guide.shown_in(str(request.LANGUAGE_CODE))
    if request.method == "GET":
        below = guide.descendants().filter(deleted_at=None).count()
        context = {"guide": guide, "shown": shown, "below": below, "cancel_url": _url(shown)}
        return render(request, "articles/delete.html", context)
    tree.delete_guide(guide, by=access.writer(request))
    messages.success(request, _("The guide is deleted. You can restore it here."))
    return redirect("writing:deleted")


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring back a deleted guide, with what was deleted together with it."""
    guide = access.guide_for_manager(request, pk)
    try:
        tree.restore_guide(guide, by=access.writer(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("writing:deleted")
    messages.success(request, _("The guide is back."))
    return redirect(_url(guide.shown_in(str(request.LANGUAGE_CODE))))


@never_cache
@require_safe
def deleted(request: HttpRequest) -> HttpResponse:
    """List what was deleted, the latest first; a guide that went with one above is under that."""
    person = access.writer(request)
    if not can(person, "guide.desk"):
        raise PermissionDenied
    gone = Guide.objects.readable_by(person).deleted_by_themselves()
    page = Paginator(gone, ON_A_PAGE).get_page(request.GET.get("page"))
    texts = Translation.objects.filter(guide__in=list(page)).select_related("guide")
    grouped, language = group_by_guide(texts), str(request.LANGUAGE_CODE)
    rows = [
        (guide, link_to(grouped[guide.pk], language), can(person, "guide.manage", guide))
        for guide in page
    ]
    return render(request, "articles/deleted.html", {"page": page, "rows": rows})


@transaction.atomic
def _settle(guide: Guide, form: PlaceForm, person: User) -> None:
    """Do what the form asks. Raises ValidationError, with nothing done."""
    wanted = form.cleaned_data
    if "parent" in form.changed_data:
        tree.move_guide(guide, wanted["parent"], by=person)
    if "visibility" in form.changed_data:
        tree.change_visibility(guide, wanted["visibility"], by=person)
    if "owner" in form.changed_data:
        Guide.objects.filter(pk=guide.pk).update(owner=wanted["owner"])


def _place_page(
    request: HttpRequest, guide: Guide, form: PlaceForm, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    language = str(request.LANGUAGE_CODE)
    shown = guide.shown_in(language)
    context = {
        "guide": guide,
        "form": form,
        "shown": shown,
        "siblings": _siblings(guide, language),
        "guide_url": _url(shown),
    }
    return render(request, "articles/place.html", context, status=status)


def _siblings(guide: Guide, language: str) -> list[tuple[bool, NavLink]]:
    """The guides at the same place in their order, each with whether it is `guide` itself."""
    translations = Translation.objects.filter(
        guide__parent=guide.parent_id, guide__deleted_at=None
    ).select_related("guide")
    in_order = translations.order_by("guide__position", "guide", "language")
    return [
        (pk == guide.pk, link_to(by_language, language))
        for pk, by_language in group_by_guide(in_order).items()
    ]


def _url(shown: Translation) -> str:
    return guide_url(shown.language, shown.path)
