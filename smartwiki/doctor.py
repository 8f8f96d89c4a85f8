"""What is wrong with an installation, in words for the person who looks after it.

Each check yields what it finds; a check that finds nothing is in order.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import WARNING, run_checks
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max
from django.http.request import validate_host
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from smartwiki import health
from smartwiki.languages import language_codes
from smartwiki.notify.models import Message
from smartwiki.replica import AWAY, BEHIND, replica_state
from smartwiki.search import dictionary
from smartwiki.search.backends import backend

REPLICA_MAY_LAG = 2  # seconds
LEAST_FREE = 1_000_000_000  # bytes
CLOCK_MAY_DIFFER = timedelta(seconds=5)
BACKUP_MAY_BE_OLD = timedelta(days=2)
State = Message.State
LOCAL = {"localhost", "127.0.0.1", "[::1]"}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong and what to do; one that is not serious only deserves a look."""

    what: str
    remedy: str = ""
    is_serious: bool = True


@dataclass(frozen=True, slots=True)
class Check:
    title: str | Promise
    look: Callable[[], Iterator[Problem]]
    needs_database: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A check with what it found; `was_possible` is False while the database is away."""

    title: str
    problems: list[Problem]
    was_possible: bool = True


def examine() -> Iterator[Finding]:
    """Carry out every check; those that need the database only when it answers."""
    database_answers = _database_answers()
    for check in CHECKS:
        is_possible = database_answers or not check.needs_database
        problems = list(check.look()) if is_possible else []
        yield Finding(str(check.title), problems, is_possible)


def _database_answers() -> bool:
    try:
        connection.ensure_connection()
    except DatabaseError:
        return False
    return True


def settings_are_safe() -> Iterator[Problem]:
    if settings.DEBUG:
        yield Problem(_("Strangers see the inside of the site: DEBUG is on."), _("Set DEBUG=0."))
        return
    for found in run_checks(include_deployment_checks=True):
        if found.level >= WARNING:
            yield Problem(f"{found.id}: {found.msg}", found.hint or "")


def hosts_are_right() -> Iterator[Problem]:
    address = urlsplit(settings.SITE_URL)
    hosts = settings.ALLOWED_HOSTS
    if "*" in hosts:
        yield Problem(
            _("Any host name is accepted."), _("Name those of the site in ALLOWED_HOSTS.")
        )
    if not validate_host(address.hostname or "", hosts):
        yield Problem(
            _("Links lead to {host}, which the site refuses to serve.").format(host=address.netloc),
            _("Let SITE_URL and ALLOWED_HOSTS name the same host."),
        )
    if (address.scheme == "https") != settings.HTTPS:
        yield Problem(_("SITE_URL and HTTPS do not agree."), _("Use https:// with HTTPS=1."))
    if not settings.HTTPS and not settings.DEBUG and not set(hosts) <= LOCAL:
        yield Problem(
            _("Passwords travel unencrypted: TLS is off."),
            _("Put a proxy with a certificate in front, and set HTTPS=1."),
        )
    if settings.SECURE_PROXY_SSL_HEADER and not settings.TRUSTED_PROXY_COUNT:
        yield Problem(
            _("All visitors seem to come from the proxy, and share each limit of attempts."),
            _("Set TRUSTED_PROXY_COUNT to the number of proxies."),
        )


def database_is_right() -> Iterator[Problem]:
    try:
        connection.ensure_connection()
        plan = MigrationExecutor(connection)
        missing = len(plan.migration_plan(plan.loader.graph.leaf_nodes()))
    except DatabaseError:
        yield Problem(
            _("The database does not answer."),
            _("Look whether it runs, and whether DATABASE_URL has its address and password."),
        )
        return
    if missing:
        yield Problem(
            ngettext(
                "The database lacks {number} change of this version.",
                "The database lacks {number} changes of this version.",
                missing,
            ).format(number=missing),
            _("Run: manage.py migrate"),
        )


def replica_keeps_up() -> Iterator[Problem]:
    """Twice, a moment apart: whoever looks while somebody publishes need not be alarmed."""
    state = replica_state()
    if state == BEHIND:
        time.sleep(REPLICA_MAY_LAG)
        state = replica_state()
    if state == AWAY:
        yield Problem(
            _("The copy of the database does not answer; everything is read from the first."),
            _("Look whether it runs, and whether DATABASE_REPLICA_URL has its address."),
            is_serious=False,
        )
    elif state == BEHIND:
        yield Problem(
            _("The copy of the database lags behind; everything is read from the first."),
            _("Look at its replication: pg_stat_wal_receiver there, pg_stat_replication here."),
            is_serious=False,
        )


def folders_are_writable() -> Iterator[Problem]:
    folders = [settings.VAR_DIR]
    if settings.STORAGES["default"]["BACKEND"].endswith("FileSystemStorage"):
        folders.append(settings.MEDIA_ROOT)
    if settings.SEARCH_ENGINE == "whoosh":
        folders.append(settings.SEARCH_DIR)
    for folder in folders:
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            yield Problem(
                _("The site cannot write to {folder}: {reason}").format(
                    folder=folder, reason=error.strerror
                ),
                _("Give that folder to the account that runs the site."),
            )


def disk_has_room() -> Iterator[Problem]:
    free = shutil.disk_usage(settings.VAR_DIR).free
    if free < LEAST_FREE:
        yield Problem(
            _("Only {number} MB are free on the disk.").format(number=free // 1_000_000),
            _("Make room: without it nothing more can be saved."),
        )


def search_is_right() -> Iterator[Problem]:
    if not backend().current():
        yield Problem(
            _("There is no search index, or it is of another version."),
            _("Run: manage.py search_rebuild"),
        )
    if dictionary.version() == dictionary.MISSING:
        yield Problem(
            _("Search does not know the forms of words: “paid” does not find “pay”."),
            _("Run: python -m smartwiki.search.dictionary"),
        )


def cache_answers() -> Iterator[Problem]:
    if health.cache_state() != health.OK:
        yield Problem(
            _("The shared cache does not answer; each process counts attempts by itself."),
            _("Look whether Redis runs, and whether CACHE_URL has its address."),
        )


def work_is_done() -> Iterator[Problem]:
    since = health.oldest_waiting()
    limit = timedelta(seconds=settings.QUEUE_LATE_AFTER)
    if since and timezone.now() - since > limit:
        minutes = int((timezone.now() - since).total_seconds() // 60)
        yield Problem(
            _("Work has been waiting for {number} minutes: mails, reminders or search.").format(
                number=minutes
            ),
            _("Look whether the worker runs: manage.py db_worker"),
        )


def clock_is_right() -> Iterator[Problem]:
    remedy = _("Let the machine set its clock by itself (NTP).")
    now = timezone.now()
    latest = MigrationRecorder.Migration.objects.aggregate(at=Max("applied"))["at"]
    if latest and latest > now + CLOCK_MAY_DIFFER:
        yield Problem(_("The clock is slow: the database knows later moments."), remedy)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (there,) = cursor.fetchone()
        if abs(there - timezone.now()) > CLOCK_MAY_DIFFER:
            yield Problem(_("The clocks of this machine and of the database differ."), remedy)


def mail_goes_out() -> Iterator[Problem]:
    transport = settings.MAIL_TRANSPORT
    try:
        server = get_connection(transport["BACKEND"], **transport["OPTIONS"])
        server.open()
        server.close()
    except OSError as error:
        yield Problem(
            _("The mail server does not accept us: {reason}").format(reason=error),
            _("Look whether EMAIL_URL has its address, port, name and password."),
        )


def mails_arrived() -> Iterator[Problem]:
    number = Message.objects.filter(state__in=[State.UNSURE, State.FAILED]).count()
    if number:
        yield Problem(
            ngettext(
                "{number} mail did not arrive, or perhaps not.",
                "{number} mails did not arrive, or perhaps not.",
                number,
            ).format(number=number),
            _("Decide what becomes of them in the list of messages of the administration."),
            is_serious=False,
        )


def messages_are_compiled() -> Iterator[Problem]:
    stale = [
        code
        for code in language_codes()
        for folder in settings.LOCALE_PATHS
        if not _is_newer(
            Path(folder, code, "LC_MESSAGES", "django.mo"),
            Path(folder, code, "LC_MESSAGES", "django.po"),
        )
    ]
    if stale:
        yield Problem(
            _("The site speaks old words, or English, in: {languages}").format(
                languages=", ".join(stale)
            ),
            _("Run: pybabel compile -d locale -D django"),
        )


def static_files_are_collected() -> Iterator[Problem]:
    collected = Path(settings.STATIC_ROOT) / "staticfiles.json"
    ours = [path for folder in settings.STATICFILES_DIRS for path in Path(folder).rglob("*")]
    if not settings.DEBUG and not all(_is_newer(collected, path) for path in ours):
        yield Problem(
            _("The styles and scripts that readers get are missing or old."),
            _("Run: manage.py collectstatic"),
        )


def backups_are_made() -> Iterator[Problem]:
    moments = [path.stat().st_mtime for path in (settings.VAR_DIR / "backups").glob("smartwiki-*")]
    limit = timezone.now() - BACKUP_MAY_BE_OLD
    if not moments or max(moments) < limit.timestamp():
        yield Problem(
            _("There is no backup of the last two days in the usual folder."),
            _("Run: manage.py backup, each night (see docs/operations.md)."),
            is_serious=False,
        )
    if not settings.BACKUP_KEY:
        yield Problem(_("Backups are not encrypted."), _("Set BACKUP_KEY."), is_serious=False)


def _is_newer(made: Path, source: Path) -> bool:
    return made.exists() and made.stat().st_mtime >= source.stat().st_mtime


CHECKS = [
    Check(gettext_lazy("Settings"), settings_are_safe),
    Check(gettext_lazy("Addresses and TLS"), hosts_are_right),
    Check(gettext_lazy("Database"), database_is_right),
    Check(gettext_lazy("Copy of the database"), replica_keeps_up, needs_database=True),
    Check(gettext_lazy("Folders"), folders_are_writable),
    Check(gettext_lazy("Disk"), disk_has_room),
    Check(gettext_lazy("Clock"), clock_is_right, needs_database=True),
    Check(gettext_lazy("Search index"), search_is_right, needs_database=True),
    Check(gettext_lazy("Shared cache"), cache_answers, needs_database=True),
    Check(gettext_lazy("Worker"), work_is_done, needs_database=True),
    Check(gettext_lazy("Mail server"), mail_goes_out),
    Check(gettext_lazy("Mails"), mails_arrived, needs_database=True),
    Check(gettext_lazy("Translations"), messages_are_compiled),
    Check(gettext_lazy("Styles and scripts"), static_files_are_collected),
    Check(gettext_lazy("Backups"), backups_are_made),
]
