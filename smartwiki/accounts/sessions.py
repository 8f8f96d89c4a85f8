"""Django's sessions in the database, read in plain SQL: it is done for every page of a member."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from smartwiki.accounts.models import User

ENDS = "_ends"  # in a session: the second at which it is over, however it is used
FIND = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(DatabaseSessionStore):
    _session_cache: dict[str, Any]

    @classmethod
    def already_read(cls, key: str, data: str) -> Self:
        """Return the session of `key`, whose row has just been read and has not ended."""
        session = cls(key)
        session._session_cache = session.decode(data)
        return session

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
    """Django's, which reads no session again that `smartwiki.accounts.early` has read."""

    def process_request(self, request: HttpRequest) -> None:
        session = getattr(request, "early_session", None)
        if session is None:
            super().process_request(request)
        else:
            request.session = session


def limit_of_team(user: User, request: HttpRequest, **kwargs: Any) -> None:
    """Let the session of somebody who holds a role end TEAM_SESSION_HOURS after the sign-in.

    At a set time and not after some idleness, so that no page has to note that it was read.
    """
    if settings.TEAM_SESSION_HOURS and (user.is_superuser or user.grants.exists()):
        end = timezone.now() + timedelta(hours=settings.TEAM_SESSION_HOURS)
        request.session[ENDS] = int(end.timestamp())
