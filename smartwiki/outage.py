"""What readers are told when something that the site needs is away."""

from __future__ import annotations

import errno
import sys

from django.db import InterfaceError, OperationalError, ProgrammingError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.defaults import server_error as mistake_of_ours

from smartwiki.typed import texts_of

RETRY_AFTER = "30"  # seconds
OTHER_VERSION = {"42P01", "42703"}  # PostgreSQL: a table or a column is missing
NOT_WRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG}


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 while the database, the disk or the bucket is away, else 500 for a mistake.

    What was typed is given back, since it could not be saved.
    """
    if not is_outage(sys.exc_info()[1]):
        return mistake_of_ours(request)
    context = {"language": get_language(), "kept_texts": texts_of(request)}
    response = HttpResponse(render_to_string("503.html", context), status=503)
    response.headers["Retry-After"] = RETRY_AFTER
    response.headers["Cache-Control"] = "no-store"
    return response


def is_outage(error: BaseException | None) -> bool:
    """Say whether an error comes from something that we need and that is away for now.

    So is a database whose migrations were forgotten, or are under way: `doctor` says which.
    """
    if isinstance(error, OperationalError | InterfaceError):
        return True
    if isinstance(error, ProgrammingError):  # SQLite's is an OperationalError
        return getattr(error.__cause__, "sqlstate", "") in OTHER_VERSION
    if isinstance(error, OSError):
        return error.errno in NOT_WRITABLE
    return type(error).__module__.partition(".")[0] == "botocore"
