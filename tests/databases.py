"""Databases of the suite, and of what it starts: made once, and copied for each process."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper


def new_database(name: str, template: str = "", url: str = "") -> dict[str, str]:
    """On PostgreSQL, make a database and return what tells the site of it; nothing on SQLite.

    `name` and `template` are of this suite: they follow the name of its own database, which `url`
    names, or else the environment.
    """
    url = url or os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        return {}
    parts = urlsplit(url)
    name = f"{parts.path[1:]}_{name}"
    template = f"{parts.path[1:]}_{template}" if template else "template0"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return {"DATABASE_URL": urlunsplit(parts._replace(path=f"/{name}"))}


def migrate_once(connection: BaseDatabaseWrapper, shared: Path, worker: str) -> None:
    """Let the process that is first to make its test database migrate it, and the others copy it.

    `shared`: a folder that all processes of the suite know. `worker`: this one's name there.
    """
    creation, kept = connection.creation, shared / "migrated"
    create, settings = creation.create_test_db, connection.settings_dict["TEST"]
    if connection.vendor == "postgresql":
        settings["NAME"] = f"{connection.settings_dict['NAME']}_{worker}"

    def create_test_db(**options: object) -> str:
        with alone(shared / "migrated.lock"):
            is_there = kept.exists()
            if is_there:
                _copy(kept, settings["NAME"], worker)
            name = create(**options | {"keepdb": is_there})
            if not is_there:
                _keep(connection, kept, worker)
        return name

    creation.create_test_db = create_test_db


def _keep(connection: BaseDatabaseWrapper, kept: Path, worker: str) -> None:
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # nobody may use what is copied
        new_database("migrated", template=worker)
        kept.touch()
    else:
        shutil.copy(connection.settings_dict["NAME"], kept)


def _copy(kept: Path, name: str, worker: str) -> None:
    if not new_database(worker, template="migrated"):
        shutil.copy(kept, name)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Let one process at a time in."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
