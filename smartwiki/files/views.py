"""Serving files, and reading the forms by which people add and describe them."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _

from smartwiki.files import keeping
from smartwiki.files.models import StoredFile
from smartwiki.languages import language_codes, own_name

logger = logging.getLogger(__name__)
PUBLIC_FOR = 600  # seconds that others may keep a public file without asking again


def serve(
    request: HttpRequest, file: StoredFile, width: int | None = None, *, is_public: bool
) -> HttpResponseBase:
    """Serve a picture at one of its widths, or a document for download.

    The file never runs as a page: its type is fixed, and a document is always a download.
    `is_public`: whether everybody may read it, so that others may keep it for a while.
    Raises Http404 for a width that there is not.
    """
    known = file.widths if file.is_picture else [None]
    if width not in known:
        raise Http404
    etag = f'"{file.folder}-{width or 0}"'
    if unchanged := get_conditional_response(request, etag=etag):
        return unchanged
    try:
        kept = default_storage.open(file.stored_as(width))
    except FileNotFoundError as error:  # the storage lost it: see docs/operations.md
        logger.error("File %s is not in the storage", file.stored_as(width))
        raise Http404 from error
    response = FileResponse(
        kept,
        content_type=file.content_type,
        as_attachment=not file.is_picture,
        filename=file.filename,
    )
    response.headers["ETag"] = etag
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if is_public:
        patch_cache_control(response, public=True, max_age=PUBLIC_FOR)
    else:
        patch_cache_control(response, private=True, no_cache=True)
    return response


def sent_file(request: HttpRequest) -> UploadedFile[Any]:
    """Return the file that a form sent; raises ValidationError where none was chosen."""
    sent = request.FILES.get("file")
    if sent is None:
        raise ValidationError(_("Choose a file first."), code="required")
    return sent


def sent_descriptions(request: HttpRequest) -> dict[str, str]:
    """Return the descriptions that a form sent, by language."""
    return {
        code: request.POST.get(f"alt_{code}", "").replace("\0", "") for code in language_codes()
    }


def sent_number(request: HttpRequest) -> int:
    """Return the number of the file that a form is about, 0 for what is no number."""
    number = request.POST.get("number", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0


def row_of(file: StoredFile, languages: Collection[str] | None = None) -> dict[str, object]:
    """Return what a list of files shows of one, to who may describe it in `languages` (in all)."""
    return {
        "media": file,
        "url": keeping.url_of(file),
        "thumbnail": keeping.url_of(file, file.widths[0]) if file.is_picture else "",
        "alts": [
            (code, own_name(code), alt, languages is None or code in languages)
            for code, alt in keeping.descriptions_of(file).items()
        ],
    }
