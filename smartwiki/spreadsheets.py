"""CSV that spreadsheets read well, and in which nothing that people wrote is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse

# What a spreadsheet would take for a formula (OWASP: CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
CONTENT_TYPE = "text/csv; charset=utf-8"


def csv_response(
    names: Sequence[str], rows: Iterable[dict[str, Any]], filename: str
) -> HttpResponse:
    """Return a download that spreadsheets read as UTF-8 and in which nothing is a formula."""
    response = HttpResponse(csv_text(names, rows), content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def csv_stream(
    names: Sequence[str], rows: Iterable[dict[str, Any]], filename: str
) -> StreamingHttpResponse:
    """Return the same for rows that may be too many to hold in memory."""
    response = StreamingHttpResponse(csv_lines(names, rows), content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def csv_text(names: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    """Return rows as CSV (RFC 4180), with the byte order mark that spreadsheets look for."""
    return "".join(csv_lines(names, rows))


def csv_lines(names: Sequence[str], rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    file = io.StringIO()
    writer = csv.DictWriter(file, names, lineterminator="\r\n")
    file.write("\ufeff")
    writer.writeheader()
    yield _taken(file)
    for each in rows:
        writer.writerow({name: harmless(each[name]) for name in names})
        yield _taken(file)


def _taken(file: io.StringIO) -> str:
    text = file.getvalue()
    file.seek(0)
    file.truncate()
    return text


def harmless(value: Any) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text
