"""The pages and addresses of files: a guide's list, uploading, and the files themselves."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles import access
from articles.files import media
from articles.models import Audience, Guide, Media
from articles.navigation import guide_url
from articles.permissions import languages_of
from smartwiki.files.keeping import describe, descriptions_of, url_of
from smartwiki.files.views import row_of, sent_descriptions, sent_file, sent_number, serve


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Add a file to a guide, or to the one that is being made: answers JSON to the editor."""
    person = access.writer(request)
    guide, language = access.named_text(request)
    try:
        added = media.add_file(
            sent_file(request),
            person=person,
            guide=guide,
            language=language,
            alt=request.POST.get("alt", ""),
        )
    except ValidationError as error:
        return _refused(request, guide, error)
    if _wants_json(request):
        return JsonResponse(_as_json(added, language), status=HTTPStatus.CREATED)
    messages.success(request, _("The file is added."))
    return redirect("writing:files", guide.pk) if guide else redirect("writing:new")


@never_cache
@require_http_methods(["GET", "POST"])
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """List a guide's files, and change their descriptions."""
    guide = access.guide_for_writer(request, pk)
    if request.method == "POST":
        return _describe(request, guide)
    if _wants_json(request):
        language = str(get_language())
        listed = [_as_json(each, language) for each in _files_of(guide)]
        return JsonResponse({"files": listed})
    return _files_page(request, guide)


@require_safe
def picture(request: HttpRequest, pk: int, width: int, name: str) -> HttpResponseBase:
    """Serve a picture at one of its widths to who may read its guide."""
    found = _readable(request, pk, name)
    return serve(request, found, width, is_public=_is_public(found))


@require_safe
def document(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """Serve a document for download to who may read its guide."""
    found = _readable(request, pk, name)
    return serve(request, found, is_public=_is_public(found))


def _readable(request: HttpRequest, pk: int, name: str) -> Media:
    readable = Media.objects.readable_by(request.user).select_related("guide")
    found: Media = get_object_or_404(readable, pk=pk, filename=name)
    return found


def _is_public(found: Media) -> bool:
    guide = found.guide
    return guide is not None and guide.audience == Audience.PUBLIC and not guide.deleted_at


def _describe(request: HttpRequest, guide: Guide) -> HttpResponse:
    found = get_object_or_404(_files_of(guide), pk=sent_number(request))
    theirs = languages_of(request.user)
    sent = {code: alt for code, alt in sent_descriptions(request).items() if code in theirs}
    try:
        describe(found, descriptions_of(found) | sent)
        messages.success(request, _("The descriptions are saved."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("writing:files", guide.pk)


def _files_page(
    request: HttpRequest, guide: Guide, *, problem: str = "", status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    language = str(get_language())
    shown, theirs = guide.shown_in(language), languages_of(request.user)
    context = {
        "guide": guide,
        "shown": shown,
        "guide_url": guide_url(shown.language, shown.path),
        "rows": [row_of(each, theirs) for each in _files_of(guide)],
        "problem": problem,
        "language": language,
    }
    return render(request, "articles/files.html", context, status=status)


def _refused(request: HttpRequest, guide: Guide | None, error: ValidationError) -> HttpResponse:
    problem = " ".join(error.messages)
    status = (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        if getattr(error, "code", "") == "too_large"
        else HTTPStatus.UNPROCESSABLE_ENTITY
    )
    if _wants_json(request):
        return JsonResponse({"problem": problem}, status=status)
    if guide is None:
        raise PermissionDenied
    return _files_page(request, guide, problem=problem, status=status)


def _files_of(guide: Guide) -> QuerySet[Media]:
    return Media.objects.filter(guide=guide).select_related("guide").order_by("-pk")


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _as_json(each: Media, language: str) -> dict[str, object]:
    return {
        "number": each.pk,
        "name": each.filename,
        "alt": media.alt_in(each, language),
        "picture": each.is_picture,
        "thumbnail": url_of(each, each.widths[0]) if each.is_picture else "",
    }
