"""Nobody changes an archive, or crafts one, without its being refused."""

import io
import random
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from smartwiki.backup import BackupError, archive, encryption

KEY = "une longue phrase que personne ne devine"


@pytest.fixture(autouse=True)
def english(monkeypatch) -> Iterator[None]:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    with translation.override("en"):
        yield


def written(path: Path, key: str = "", **changes) -> Path:
    """An archive of files that cannot be packed smaller."""
    facts = {"made_at": "2026-01-31", "version": "", "database": "database.sqlite3",
             "migrations": {}, "counts": {}, "media": True}  # fmt: skip
    manifest = archive.Manifest(**(facts | changes))
    with path.open("wb") as file, archive.writing(file, key, manifest) as put:
        for number in range(3):
            put.add(f"media/{number}", io.BytesIO(random.randbytes(20_000)), 20_000)
    return path


@pytest.mark.parametrize("key", ["", KEY])
def test_what_was_put_in_comes_out(tmp_path, key):
    path = written(tmp_path / "archive", key)
    taken = {}

    def sink(name: str) -> io.BytesIO:
        taken[name] = Kept()
        return taken[name]

    manifest = archive.read(path, key, sink)
    assert list(manifest.members) == ["media/0", "media/1", "media/2"]
    assert [len(each.content) for each in taken.values()] == [20_000] * 3


class Kept(io.BytesIO):
    def close(self) -> None:
        self.content = self.getvalue()
        super().close()


def test_a_sealed_archive_shows_nothing(tmp_path):
    assert b"media" not in written(tmp_path / "archive", KEY).read_bytes()


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def without_its_last_chunk(content: bytes) -> bytes:
    head = len(encryption.MAGIC) + encryption.SALT
    sealed = encryption.CHUNK + encryption.TAG
    return content[: head + (len(content) - head - 1) // sealed * sealed]


def with_two_chunks_exchanged(content: bytes) -> bytes:
    head = len(encryption.MAGIC) + encryption.SALT
    one, two = (
        head + encryption.CHUNK + encryption.TAG,
        head + 2 * (encryption.CHUNK + encryption.TAG),
    )
    return content[:head] + content[one:two] + content[head:one] + content[two:]


def with_one_bit_changed(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize("key", ["", KEY])
@pytest.mark.parametrize(
    "change",
    [cut, without_its_last_chunk, with_two_chunks_exchanged, with_one_bit_changed, bytes.upper],
)
def test_a_changed_archive_is_refused(tmp_path, monkeypatch, key, change):
    monkeypatch.setattr(encryption, "CHUNK", 4096)
    path = written(tmp_path / "archive", key)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(BackupError):
        archive.read(path, key)


@pytest.mark.parametrize(("key", "said"), [("", "BACKUP_KEY"), (KEY + "!", "another key")])
def test_without_the_key_nothing_opens(tmp_path, settings, key, said):
    settings.BACKUP_KEY = key
    with pytest.raises(CommandError, match=said):
        call_command("restore", written(tmp_path / "archive", KEY), "--check")


def test_another_format_is_refused(tmp_path):
    with pytest.raises(BackupError, match="another version"):
        archive.read(written(tmp_path / "archive", format=2), "")


def crafted(path: Path, *names: str, kind: bytes = tarfile.REGTYPE) -> Path:
    """An archive of somebody who wants more than to be restored."""
    with tarfile.open(path, "w:gz") as tar:
        for name in names:
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname, entry.size = kind, "/etc/passwd", 1
            tar.addfile(entry, io.BytesIO(b"x") if kind == tarfile.REGTYPE else None)
    return path


@pytest.mark.parametrize(
    "name",
    ["../x", "/tmp/x", "media/../../x", "media/a/../../../x", "media/./x", "media//x", "media/",
     "media\\x", "media/..\\x", "settings.py"],
)  # fmt: skip
def test_no_file_leaves_its_folder(tmp_path, name):
    path = crafted(tmp_path / "crafted", name, archive.MANIFEST)
    with pytest.raises(BackupError, match="no backup of this site"):
        archive.read(path, "", lambda inside: (tmp_path / "into" / inside).open("wb"))
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_refused(tmp_path, kind):
    path = crafted(tmp_path / "crafted", "media/x", kind=kind)
    with pytest.raises(BackupError, match="no backup of this site"):
        archive.read(path, "")


@pytest.mark.parametrize("names", [("media/x",), ("media/x", archive.MANIFEST), ()])
def test_what_has_no_manifest_of_ours_is_damaged(tmp_path, names):
    with pytest.raises(BackupError, match="not whole"):
        archive.read(crafted(tmp_path / "crafted", *names), "")


def test_a_name_twice_is_refused(tmp_path):
    path = crafted(tmp_path / "crafted", "media/x", "media/x")
    with pytest.raises(BackupError, match="no backup of this site"):
        archive.read(path, "")
