"""The archive: a compressed tar of the database, the files, and at its end what must be in it."""

from __future__ import annotations

import gzip
import hashlib
import json
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.utils.translation import gettext as _

from smartwiki.backup import BackupError
from smartwiki.backup.encryption import SealedReader, SealedWriter, is_sealed

FORMAT = 1
MANIFEST = "manifest.json"
MEDIA = "media/"
BLOCK = 1 << 20  # bytes read at once
LARGEST_MANIFEST = 256 << 20  # bytes

Sink = Callable[[str], IO[bytes]]


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the archive: its size in bytes and its SHA-256."""

    size: int
    sha256: str


@dataclass(slots=True)
class Manifest:
    """What an archive holds, and of which site it is.

    `migrations` by app, `counts` of rows by table; `media`: whether the files are in it; `lost`:
    files that went while it was made.
    """

    made_at: str
    version: str
    database: str
    migrations: dict[str, list[str]]
    counts: dict[str, int]
    media: bool
    lost: list[str] = field(default_factory=list)
    members: dict[str, Member] = field(default_factory=dict)
    format: int = FORMAT


class Writer:
    """Puts files into an archive one after the other, and notes what was put."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self._tar, self._manifest = tar, manifest

    def add(self, name: str, file: IO[bytes], size: int) -> None:
        """Add `size` bytes of `file`."""
        counted = _Counted(file)
        entry = tarfile.TarInfo(name)
        entry.size = size
        self._tar.addfile(entry, counted)
        self._manifest.members[name] = Member(size, counted.sha256.hexdigest())

    def finish(self) -> None:
        """Add the manifest: without it an archive is not whole."""
        content = json.dumps(asdict(self._manifest), indent=1, ensure_ascii=False).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(content)
        self._tar.addfile(entry, BytesIO(content))


@contextmanager
def writing(file: IO[bytes], key: str, manifest: Manifest) -> Iterator[Writer]:
    """Write an archive into `file`, sealed when there is a `key`."""
    with ExitStack() as stack:
        sink = stack.enter_context(SealedWriter(file, key)) if key else file
        packed = stack.enter_context(gzip.GzipFile(fileobj=sink, mode="wb", compresslevel=1))
        tar = stack.enter_context(tarfile.open(fileobj=packed, mode="w|"))
        writer = Writer(tar, manifest)
        yield writer
        writer.finish()


def read(path: Path, key: str, sink: Sink | None = None) -> Manifest:
    """Read a whole archive, and return its manifest when everything is as that says.

    Each file goes to what `sink` opens for its name. Raises BackupError for an archive that is
    damaged, changed, cut off, sealed with another key, or that holds what none of ours can hold:
    until this returns, nothing of it may be trusted.
    """
    try:
        with path.open("rb") as file:
            opened = _opened(file, key)
            with gzip.GzipFile(fileobj=opened, mode="rb") as packed:
                found, content = _members(packed, sink)
                while packed.read(BLOCK):  # to the end, where the checksum of the whole is
                    pass
    except FileNotFoundError as error:
        raise BackupError(_("There is no archive {path}.").format(path=path)) from error
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise _damaged() from error
    return _checked(content, found)


def _opened(file: IO[bytes], key: str) -> Any:
    if not is_sealed(file):
        return file
    if not key:
        raise BackupError(
            _("The archive is encrypted: set BACKUP_KEY to the key it was made with.")
        )
    return SealedReader(file, key)


def _members(packed: gzip.GzipFile, sink: Sink | None) -> tuple[dict[str, Member], bytes]:
    found: dict[str, Member] = {}
    with tarfile.open(fileobj=packed, mode="r|") as tar:
        for entry in tar:
            file = tar.extractfile(entry) if entry.isreg() else None
            if file is None or entry.name in found or not _is_ours(entry.name):
                raise BackupError(_("The archive holds what no backup of this site can hold."))
            if entry.name == MANIFEST:
                return found, file.read(LARGEST_MANIFEST)
            found[entry.name] = _taken(entry.name, file, sink)
    raise _damaged()  # cut off before its manifest


def _taken(name: str, file: IO[bytes], sink: Sink | None) -> Member:
    digest, size = hashlib.sha256(), 0
    with ExitStack() as stack:
        target = stack.enter_context(sink(name)) if sink else None
        while block := file.read(BLOCK):
            digest.update(block)
            size += len(block)
            if target:
                target.write(block)
    return Member(size, digest.hexdigest())


def _checked(content: bytes, found: dict[str, Member]) -> Manifest:
    try:
        said = json.loads(content)
        members = {name: Member(**member) for name, member in said.pop("members").items()}
        manifest = Manifest(**said, members=members)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _damaged() from error
    if manifest.format != FORMAT:
        raise BackupError(_("The archive was made by another version of SmartWiki."))
    if members != found:
        raise _damaged()
    return manifest


def _is_ours(name: str) -> bool:
    """A database, a manifest, or a file that stays inside of its folder."""
    if name in {MANIFEST, "database.sqlite3", "database.pgdump"}:
        return True
    path = PurePosixPath(name)
    inside = name.startswith(MEDIA) and str(path) == name and len(path.parts) > 1
    return inside and not {"..", "."} & set(path.parts) and not set(name) & {"\\", "\0"}


def _damaged() -> BackupError:
    return BackupError(_("The archive is damaged or not whole: its checksums do not agree."))


class _Counted:
    """A file that is hashed while tarfile reads it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.sha256 = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self.sha256.update(block)
        return block
