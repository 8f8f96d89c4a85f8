"""Making an archive while the site runs, and putting a site back from one."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext as _

from smartwiki.accounts.models import User
from smartwiki.backup import BackupError, archive
from smartwiki.backup.archive import MEDIA, Manifest
from smartwiki.backup.engines import engine
from smartwiki.models import ContentVersion
from smartwiki.notify.models import Message
from smartwiki.search.models import Target
from smartwiki.search.rebuild import rebuild

State = Message.State
PREFIX = "smartwiki-"
PART = ".part"  # of a name, while the archive is not whole


def make(folder: Path, *, key: str = "", with_media: bool = True) -> tuple[Path, Manifest]:
    """Write an archive into `folder`, read it again to be sure of it, and return both.

    The database comes first: a file is stored before the row that names it, so each file of the
    database's moment is there afterwards.
    """
    folder.mkdir(parents=True, exist_ok=True)
    now = timezone.now()
    path = folder / f"{PREFIX}{now:%Y%m%d-%H%M%S}{'.sealed' if key else '.tar.gz'}"
    part = path.with_name(path.name + PART)
    try:
        with tempfile.TemporaryDirectory(dir=folder) as scratch, _created(part) as file:
            _write(file, Path(scratch), now, key=key, with_media=with_media)
            file.flush()
            os.fsync(file.fileno())
        manifest = archive.read(part, key)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    return path, manifest


def keep_newest(folder: Path, number: int) -> list[Path]:
    """Remove all but the newest `number` archives of a folder; return what went."""
    kept = {".gz", ".sealed"}
    old = sorted(path for path in folder.glob(f"{PREFIX}*") if path.suffix in kept)[:-number]
    for path in old:
        path.unlink()
    return old


def restore(path: Path, *, key: str = "", overwrite: bool = False) -> Manifest:
    """Put the database and the files of an archive in place of what is here.

    Everything is read and checked before anything is changed. Then files are added, the database
    is replaced in one transaction, and only then files that it does not know go: wherever this
    ends early, the site has a whole database and every file of it.
    """
    Path(settings.VAR_DIR).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as scratch:
        staging = Path(scratch)
        manifest = archive.read(path, key, lambda name: _staged(staging, name))
        _refuse_what_does_not_fit(manifest)
        if not overwrite and not is_empty():
            raise BackupError(
                _("This site has content already. To replace all of it, say --overwrite.")
            )
        before = _present_version()
        names = [name for name in manifest.members if name.startswith(MEDIA)]
        for name in names:
            _put(name.removeprefix(MEDIA), staging / name)
        engine().load(staging / manifest.database)
    _settle(before)
    if manifest.media:
        _remove_files_except({name.removeprefix(MEDIA) for name in names})
    return manifest


def is_empty() -> bool:
    """Say whether there is nobody, and no file, that a restoration would replace."""
    has_people = User._meta.db_table in connection.introspection.table_names()
    if has_people and User.objects.exists():
        return False
    return next(stored_files(), None) is None


def stored_files(folder: str = "") -> Iterator[str]:
    """Return the name of each file in the storage."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for file in sorted(files):
        yield f"{folder}/{file}" if folder else file
    for inner in sorted(folders):
        yield from stored_files(f"{folder}/{inner}" if folder else inner)


def _write(file: IO[bytes], scratch: Path, now: datetime, *, key: str, with_media: bool) -> None:
    dumped = scratch / engine().member
    snapshot = engine().dump(dumped)
    manifest = Manifest(
        made_at=now.isoformat(timespec="seconds"),
        version=version(),
        database=dumped.name,
        migrations=snapshot.migrations,
        counts=snapshot.counts,
        media=with_media,
    )
    with archive.writing(file, key, manifest) as writer:
        with dumped.open("rb") as database:
            writer.add(dumped.name, database, dumped.stat().st_size)
        dumped.unlink()
        for name in stored_files() if with_media else ():
            try:
                with default_storage.open(name) as stored:
                    writer.add(MEDIA + name, stored, stored.size)
            except FileNotFoundError:  # removed just now
                manifest.lost.append(name)


def _created(part: Path) -> IO[bytes]:
    """A file that nobody else may read, since it holds everything."""
    return os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def version() -> str:
    """Return the version of this SmartWiki."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
    return str(project["project"]["version"])


def _staged(staging: Path, name: str) -> IO[bytes]:
    path = staging / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("wb")


def _refuse_what_does_not_fit(manifest: Manifest) -> None:
    if manifest.database != engine().member:
        raise BackupError(
            _("The archive is of the other kind of database: set DATABASE_URL accordingly.")
        )
    known = MigrationLoader(None).disk_migrations
    ours = {app for app, _name in known}
    for app, applied in manifest.migrations.items():
        if app in ours and any((app, name) not in known for name in applied):
            raise BackupError(_("The archive is of a newer SmartWiki: install that one first."))


def _put(name: str, staged: Path) -> None:
    """Store a file under exactly this name; one that is the same stays untouched."""
    if default_storage.exists(name):
        with default_storage.open(name) as present, staged.open("rb") as kept:
            if _same(present, kept):
                return
        default_storage.delete(name)
    with staged.open("rb") as kept:
        default_storage.save(name, File(kept))


def _same(one: IO[bytes], other: IO[bytes]) -> bool:
    while (block := one.read(archive.BLOCK)) == other.read(archive.BLOCK):
        if not block:
            return True
    return False


def _present_version() -> int:
    tables = connection.introspection.table_names()
    return ContentVersion.current() if ContentVersion._meta.db_table in tables else 0


def _settle(before: int) -> None:
    """After the database came back: its newer tables, what is kept nowhere, and all caches.

    What waited to be sent then may have been sent since: nobody gets a mail twice, so that an
    administrator decides.

    Pages that a process keeps are true under a number that it has seen; the new one is larger
    than any that was ever reached by counting.
    """
    call_command("migrate", interactive=False, verbosity=0)
    with transaction.atomic():
        number = max(before, ContentVersion.current()) + 1
        ContentVersion.objects.filter(pk=1).update(number=max(number, int(time.time())))
        Session.objects.all().delete()  # what was ended since then must stay ended
        Target.objects.all().delete()
        Message.objects.filter(state__in=[State.WAITING, State.SENDING]).update(
            state=State.UNSURE, last_error="Waiting in a backup that was restored."
        )
    shutil.rmtree(settings.SEARCH_DIR, ignore_errors=True)
    rebuild()


def _remove_files_except(kept: set[str]) -> None:
    for name in list(stored_files()):
        if name not in kept:
            default_storage.delete(name)
