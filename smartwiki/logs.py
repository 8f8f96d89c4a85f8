"""Logs for machines: one JSON object a line, with the request's number and no personal data.

Nothing here needs Django, since the server uses it before Django is set up. See
docs/decisions/0047-logs-know-nobody.md.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable
from threading import local
from typing import Any

from pythonjsonlogger.json import JsonFormatter

FIELDS = {
    "asctime": "time",
    "levelname": "level",
    "name": "logger",
    "message": "message",
    "request_id": "request_id",
    "method": "method",
    "path": "path",
    "status": "status",
    "bytes": "bytes",
    "milliseconds": "milliseconds",
    "sql": "sql",
    "exc_info": "exception",
}
# Addresses of people and of machines, and the secrets that some of our addresses hold.
_PERSONAL = re.compile(
    r"[^\s<>()\[\],;:\"'=/]+@[^\s<>()\[\],;:\"'/]+"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b"
    r"|\b[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){3,7}\b"
)
_SECRET = re.compile(r"(?<=/)(?=[^/]*\d)[^/.]{10,}(?=/|$)")
_SAFE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_here = local()


class Formatter(JsonFormatter):
    """Only fields that we know: what others attach to a record could be a whole request."""

    default_time_format, default_msec_format = "%Y-%m-%dT%H:%M:%S", "%s.%03dZ"

    def __init__(self) -> None:
        super().__init__(list(FIELDS), rename_fields=FIELDS)
        self.converter = time.gmtime

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        log_data["request_id"] = request_id()
        known = {name: log_data.get(name) for name in FIELDS.values()}
        return {name: _clean(value) for name, value in known.items() if value is not None}


def begin_request(wanted: str = "") -> None:
    """Give the request of this thread a number: the one that a proxy gave it, or a new one."""
    _here.request_id = wanted if _SAFE_ID.fullmatch(wanted) else secrets.token_hex(8)


def request_id() -> str | None:
    """Return the number of the request that this thread is answering."""
    return getattr(_here, "request_id", None)


def without_secrets(path: str) -> str:
    """Return an address without what only its reader may know, such as a confirmation's key."""
    return _SECRET.sub("…", path)


def configuration(*, as_json: bool) -> dict[str, Any]:
    """Return Django's LOGGING: to standard error, for machines or for people."""
    people = {"format": "{levelname} {name}: {message}", "style": "{"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": Formatter} if as_json else people},
        "filters": {"refusals": {"()": Refusals}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["refusals"],
            }
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "django": {"handlers": [], "level": "NOTSET"},  # in place of Django's own handlers
            **{name: {"level": "INFO"} for name in ("smartwiki", "articles", "projects")},
        },
    }


class Refusals(logging.Filter):
    """A request that was refused is no mistake of ours: one line says so, without our code."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.ERROR and record.name.startswith("django."):
            record.exc_info = record.exc_text = None
        return True


class SlowQueries:
    """Notes queries that take longer than `limit` milliseconds: their SQL, never their values."""

    def __init__(self, limit: int) -> None:
        self._limit = limit / 1000
        self._logger = logging.getLogger("smartwiki.slow_query")

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            took = time.perf_counter() - start
            if took >= self._limit:
                self._logger.warning(
                    "Slow query", extra={"sql": sql, "milliseconds": round(took * 1000)}
                )

    def watch(self, connection: Any, **kwargs: Any) -> None:
        """Watch a connection that was just made."""
        connection.execute_wrappers.append(self)


def _clean(value: Any) -> Any:
    return _PERSONAL.sub("…", value) if isinstance(value, str) else value
