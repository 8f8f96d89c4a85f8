"""Taking down and bringing back a database of either kind, at one moment of it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.backends.postgresql.client import DatabaseClient
from django.utils.translation import gettext as _

from smartwiki.backup import BackupError

MADE_ANEW = "search_pg_*"  # tables whose content is never kept
EMPTY = (
    "SET lock_timeout = '30s'; DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
    " GRANT USAGE ON SCHEMA public TO PUBLIC;"
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a dump holds: migrations by app, rows by table."""

    migrations: dict[str, list[str]]
    counts: dict[str, int]


class Engine(Protocol):
    """A kind of database; `member` is what its dump is called in an archive."""

    member: str

    def dump(self, path: Path) -> Snapshot:
        """Write the database as it is at one moment, while others go on writing."""
        ...

    def load(self, path: Path) -> None:
        """Put a dump in place of the whole database: all of it, or nothing changes."""
        ...


class SQLite:
    member = "database.sqlite3"

    def dump(self, path: Path) -> Snapshot:
        connection.ensure_connection()
        try:
            with closing(sqlite3.connect(path)) as copy:
                connection.connection.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")  # one file, not three
                cursor = copy.cursor()
                rows = cursor.execute(MIGRATIONS).fetchall()
                tables = [name for (name,) in cursor.execute(SQLITE_TABLES).fetchall()]
                counts = {each: _count(cursor, each) for each in tables}
        except sqlite3.Error as error:
            raise _not_copied(error) from error
        return Snapshot(_by_app(rows), counts)

    def load(self, path: Path) -> None:
        connection.ensure_connection()
        try:
            with closing(sqlite3.connect(path)) as kept:
                if kept.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                    raise BackupError(_("The database in the archive is damaged."))
                kept.backup(connection.connection)  # one transaction of the one it replaces
        except sqlite3.Error as error:
            raise _not_copied(error) from error
        finally:
            connection.close()


MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY id"
SQLITE_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"


class PostgreSQL:
    member = "database.pgdump"

    def dump(self, path: Path) -> Snapshot:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
            _run(
                "pg_dump", "--format=custom", "--compress=0", "--no-owner", "--no-privileges",
                f"--exclude-table-data={MADE_ANEW}", f"--snapshot={snapshot}", f"--file={path}",
            )  # fmt: skip
            cursor.execute(MIGRATIONS)
            rows = cursor.fetchall()
            tables = sorted(connection.introspection.table_names(cursor))
            counts = {each: _count(cursor, each) for each in tables}
        return Snapshot(_by_app(rows), counts)

    def load(self, path: Path) -> None:
        script = path.with_suffix(".sql")
        _run(
            "pg_restore",
            "--no-owner",
            "--no-privileges",
            f"--file={script}",
            str(path),
            with_database=False,
        )
        connection.close()
        _run(
            "psql", "--quiet", "--no-psqlrc", "--single-transaction", "--output=/dev/null",
            "--set=ON_ERROR_STOP=1", f"--command={EMPTY}", f"--file={script}",
        )  # fmt: skip


def engine() -> Engine:
    """Return the engine of this site's database."""
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()


def _run(program: str, *options: str, with_database: bool = True) -> None:
    """Run a program of PostgreSQL's, on this site's database."""
    if not shutil.which(program):
        raise BackupError(
            _("{program} is not here: install PostgreSQL's client programs.").format(
                program=program
            )
        )
    words, secrets = [program, *options], None
    if with_database:
        words, secrets = DatabaseClient.settings_to_cmd_args_env(
            connection.settings_dict, list(options)
        )
    ran = subprocess.run(
        [program, *words[1:]],
        env=os.environ | (secrets or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode != 0:
        raise BackupError(
            _("{program} failed: {reason}").format(program=program, reason=ran.stderr.strip())
        )


def _not_copied(error: sqlite3.Error) -> BackupError:
    return BackupError(_("The database could not be copied: {reason}").format(reason=error))


def _count(cursor: Any, table: str) -> int:
    cursor.execute(f'SELECT count(*) FROM "{table}"')
    return int(cursor.fetchone()[0])


def _by_app(rows: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for app, name in rows:
        found.setdefault(app, []).append(name)
    return found
