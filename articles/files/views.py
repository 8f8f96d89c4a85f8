"""The pages and addresses of files: a guide's list, uploading, and the files themselves."""

from __future__ import annotations

import logging
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles import access
from articles.files import media
from articles.models import Audience, Guide, Media
from smartwiki.languages import language_codes, own_name

logger = logging.getLogger(__name__)
PUBLIC_FOR = 600  # seconds that others may keep a public file without asking again


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Add a file to a guide, or to the one that is being made: answers JSON to the editor."""
    person = access.writer(request)
    guide, language = access.named_text(request)
    try:
        if (sent := request.FILES.get("file")) is None:
            raise ValidationError(_("Choose a file first."), code="required")
        added = media.add_file(
            sent, person=person, guide=guide, language=language, alt=request.POST.get("alt", "")
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
    if width not in found.widths:
        raise Http404
    return _served(request, found, width)


@require_safe
def document(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """Serve a document for download to who may read its guide."""
    found = _readable(request, pk, name)
    if found.is_picture:
        raise Http404
    return _served(request, found)


def _readable(request: HttpRequest, pk: int, name: str) -> Media:
    readable = Media.objects.readable_by(request.user).select_related("guide")
    found: Media = get_object_or_404(readable, pk=pk, filename=name)
    return found


def _served(request: HttpRequest, found: Media, width: int | None = None) -> HttpResponseBase:
    """The file never runs as a page: its type is fixed, and a document is always a download."""
    etag = f'"{found.folder}-{width or 0}"'
    if unchanged := get_conditional_response(request, etag=etag):
        return unchanged
    try:
        kept = default_storage.open(found.stored_as(width))
    except FileNotFoundError as error:  # the storage lost it: see docs/operations.md
        logger.error("Media %s has no file %s", found.pk, found.stored_as(width))
        raise Http404 from error
    response = FileResponse(
        kept,
        content_type=found.content_type,
        as_attachment=not found.is_picture,
        filename=found.filename,
    )
    response.headers["ETag"] = etag
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if found.guide and found.guide.audience == Audience.PUBLIC and not found.guide.deleted_at:
        patch_cache_control(response, public=True, max_age=PUBLIC_FOR)
    else:
        patch_cache_control(response, private=True, no_cache=True)
    return response


def _describe(request: HttpRequest, guide: Guide) -> HttpResponse:
    number = request.POST.get("number", "")
    known = number.isascii() and number.isdigit() and len(number) < 10
    found = get_object_or_404(_files_of(guide), pk=int(number) if known else 0)
    given = {
        code: request.POST.get(f"alt_{code}", "").replace("\0", "") for code in language_codes()
    }
    if found.is_picture and not any(alt.strip() for alt in given.values()):
        messages.error(request, _("A picture needs a description in at least one language."))
        return redirect("writing:files", guide.pk)
    media.describe(found, given)
    messages.success(request, _("The descriptions are saved."))
    return redirect("writing:files", guide.pk)


def _files_page(
    request: HttpRequest, guide: Guide, *, problem: str = "", status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    rows = [
        {
            "media": each,
            "url": media.url_of(each),
            "thumbnail": media.url_of(each, each.widths[0]) if each.is_picture else "",
            "alts": [
                (code, own_name(code), alt) for code, alt in media.descriptions_of(each).items()
            ],
        }
        for each in _files_of(guide)
    ]
    context = {"guide": guide, "rows": rows, "problem": problem, "language": get_language()}
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
        "thumbnail": media.url_of(each, each.widths[0]) if each.is_picture else "",
    }
