"""Who asks, read in two queries, so that a kept page is given before anything else is done.

All that Django checks of a session is checked here too. What is found out and cannot be used at
once is given to Django (`SessionMiddleware`), so that nothing is asked twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.db.models import BooleanField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from smartwiki.accounts.models import User
from smartwiki.accounts.sessions import SessionStore, used_in

SESSION = """
SELECT version.number, session.session_data FROM smartwiki_contentversion version
LEFT JOIN django_session session ON session.session_key = %s AND session.expire_date > %s
WHERE version.id = 1
"""
USED = {"id", "password", "is_superuser", "is_staff", "is_active", "email", "name", "language"}
FIELDS = [field for field in User._meta.concrete_fields if field.attname in USED]  # in their order
NAMES = [field.attname for field in FIELDS]
FLAGS = {field for field in FIELDS if isinstance(field, BooleanField)}
PERSON = f"""
SELECT {", ".join(f"person.{name}" for name in NAMES)}, held.role, held.language
FROM accounts_user person LEFT JOIN accounts_grant held ON held.user_id = person.id
WHERE person.id = %s AND person.is_active
"""  # noqa: S608 (the names above)


@dataclass(frozen=True, slots=True)
class Early:
    """What is known of a request: the number of the content, and a member if one asks.

    `member`: somebody without a role.
    """

    version: int
    member: User | None


def read_early(request: HttpRequest) -> Early:
    """Find out who asks, as Django would, and leave what is known for it."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(SESSION, [key, now])
        version, data = cursor.fetchone()
    request.early_version = version  # type: ignore[attr-defined]
    if data is None:
        return Early(version, None)
    session = SessionStore.already_read(key, data, used_in(request))
    person = _person_of(session)
    if person is None:
        return Early(version, None)
    request.early_session = session  # type: ignore[attr-defined]
    request._cached_user = person  # type: ignore[attr-defined]  # the name that Django looks for
    has_role = person.granted or person.is_staff or person.is_superuser
    return Early(version, None if has_role else person)


def _person_of(session: SessionStore) -> User | None:
    """Return whose session it is, if it is in force and the account is open."""
    number, proof = session.get(SESSION_KEY, ""), session.get(HASH_SESSION_KEY)
    known = session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
    if not (known and proof and number.isdigit()):
        return None
    with connection.cursor() as cursor:
        cursor.execute(PERSON, [int(number)])
        rows = cursor.fetchall()
    if not rows:
        return None
    values = [
        bool(value) if field in FLAGS else value  # SQLite says 0 and 1
        for field, value in zip(FIELDS, rows[0], strict=False)  # roles come after the fields
    ]
    person = User.from_db(connection.alias, NAMES, values)
    person.granted = frozenset((role, language) for *_rest, role, language in rows if role)
    if not constant_time_compare(proof, person.get_session_auth_hash()):
        return None
    return person
