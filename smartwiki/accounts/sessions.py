"""Django's sessions in the database, read in plain SQL: it is done for every page of a member.

Those of the team end after some hours, and when they were not used for a while: see
docs/decisions/0080-idle-sessions-of-the-team-end.md.
"""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Self, cast

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.contrib.sessions.models import Session
from django.core.signing import BadSignature, TimestampSigner
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import ngettext

from smartwiki.accounts.models import User

ENDS = "_ends"  # in a session: the second at which it is over, however it is used
USED = "_used"  # in a session that ends when idle: the second of the sign-in or of the last form
NOTED_EACH = 10  # parts of the time after which it ends: so often its use is noted
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
FIND = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(DatabaseSessionStore):
    """A session; `used` is what the browser's cookie says of when it was last used."""

    _session_cache: dict[str, Any]
    used = ""
    was_idle = False

    @classmethod
    def already_read(cls, key: str, data: str, used: str) -> Self:
        """Return the session of `key`, whose row has just been read and has not ended."""
        session = cls(key)
        session.used = used
        session._session_cache = session._unless_idle(session.decode(data))
        return session

    def load(self) -> dict[str, Any]:
        """Return what the session holds: nothing if it has ended."""
        return self._unless_idle(super().load())

    def _unless_idle(self, data: dict[str, Any]) -> dict[str, Any]:
        if USED not in data or self._used_within(idle_seconds(), data[USED]):
            return data
        self.was_idle, self._session_key = True, None
        return {}

    def is_to_be_noted(self) -> bool:
        """Say whether its use was not noted lately, and it would end if it never was."""
        noted = getattr(self, "_session_cache", {}).get(USED)
        return noted is not None and not self._used_within(idle_seconds() // NOTED_EACH, noted)

    def _used_within(self, seconds: int, noted: int) -> bool:
        if not idle_seconds() or time.time() - noted <= seconds:
            return True
        try:
            _signer.unsign(f"{self.session_key}:{self.used}", max_age=seconds)
        except BadSignature:
            return False
        return True

    def used_now(self) -> str:
        """Return what tells of this session, and of no other, that it is used now."""
        key = self.session_key or ""
        return _signer.sign(key).removeprefix(f"{key}:")

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        """Return when the session is over."""
        date: datetime = super().get_expiry_date(**kwargs)
        if (ends := self.get(ENDS)) is None:
            return date
        return min(date, datetime.fromtimestamp(ends, UTC))

    def _get_session_from_db(self) -> Session | None:
        """Return the session unless it has ended; building the query costs more than asking it."""
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(FIND, [self.session_key, now])
            found = cursor.fetchone()
        if found is None:
            self._session_key = None
            return None
        return Session(session_data=found[0])


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's, which reads no session again that `smartwiki.accounts.early` has read.

    It notes that a session is used: in the session when a form is sent, so that who sends forms
    needs no more; in a cookie when a page is read, so that reading writes nothing.
    """

    def process_request(self, request: HttpRequest) -> None:
        session = getattr(request, "early_session", None)
        if session is None:
            session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
            session.used = used_in(request)
        request.session = session

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        session = cast(SessionStore, request.session)
        is_read = request.method in SAFE
        is_due = session.is_to_be_noted()
        if is_due and not is_read:
            session[USED] = int(time.time())
        response = super().process_response(request, response)
        if session.was_idle:
            _say_why(request, response)
        elif is_due and is_read and _is_for_one_person(response):
            response.set_cookie(
                settings.USED_COOKIE_NAME,
                session.used_now(),
                max_age=idle_seconds(),
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def used_in(request: HttpRequest) -> str:
    """Return what the browser says of when its session was last used."""
    return request.COOKIES.get(settings.USED_COOKIE_NAME, "")


def idle_seconds() -> int:
    """Return after how many seconds of doing nothing a session of the team ends; 0: never."""
    return 60 * settings.TEAM_IDLE_MINUTES


def _is_for_one_person(response: HttpResponse) -> bool:
    return response.status_code == 200 and "public" not in response.get("Cache-Control", "")


def _say_why(request: HttpRequest, response: HttpResponse) -> None:
    """Have the next page say why nobody is signed in any more."""
    minutes = settings.TEAM_IDLE_MINUTES
    reason = ngettext(
        "You were signed out, because nothing happened for a minute.",
        "You were signed out, because nothing happened for %(minutes)s minutes.",
        minutes,
    )
    messages.info(request, reason % {"minutes": minutes})
    request._messages.update(response)  # type: ignore[attr-defined]  # Django was here before


def limit_of_team(user: User, request: HttpRequest, **kwargs: Any) -> None:
    """Limit the session of somebody who signs in and holds a role."""
    if user.is_superuser or user.grants.exists():
        _limit(request.session)


def limit_all_of(person: User) -> None:
    """Limit the sessions of somebody who gets a role, as if they signed in now."""
    for key in UserSession.objects.filter(user=person).values_list("session_key", flat=True):
        session = SessionStore(key)
        if SESSION_KEY in session and USED not in session:
            _limit(session)
            with suppress(UpdateError):  # signed out in this moment
                session.save()


def _limit(session: SessionBase) -> None:
    """Let a session end TEAM_SESSION_HOURS from now, and when idle for TEAM_IDLE_MINUTES."""
    if settings.TEAM_SESSION_HOURS:
        end = timezone.now() + timedelta(hours=settings.TEAM_SESSION_HOURS)
        session[ENDS] = int(end.timestamp())
    session[USED] = int(time.time())


_signer = TimestampSigner(salt="smartwiki.accounts.sessions")
