"""A site that was destroyed comes back whole; what is not whole never touches a site."""

import io
import resource
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone, translation

from articles.models import Translation
from smartwiki.backup import BackupError, archive, operations
from smartwiki.backup.engines import engine
from smartwiki.models import ContentVersion
from smartwiki.notify.models import Message
from smartwiki.search.backends import backend
from tests.guides import make_guide, make_user, revise

KEY = "une longue phrase que personne ne devine"
FILE = "guides/0b5e/480"
# What a restoration makes anew or ends on purpose.
ELSEWHERE = ("django_session", "search_", "smartwiki_contentversion", "shared_cache", "sqlite_")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folders(settings, tmp_path, monkeypatch) -> Iterator[None]:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    settings.VAR_DIR = tmp_path / "var"
    settings.MEDIA_ROOT = settings.VAR_DIR / "media"
    settings.BACKUP_KEY = ""
    with translation.override("en"):
        yield


@pytest.fixture
def guide():
    default_storage.save(FILE, ContentFile(b"pixels" * 1000))
    return make_guide("Factures", text="Ce qui ne doit jamais se perdre.")


@pytest.fixture
def made(guide, tmp_path) -> Path:
    path, _manifest = operations.make(tmp_path / "backups", key=KEY)
    return path


def all_rows() -> dict[str, list]:
    """Everything in the database, by table."""
    with connection.cursor() as cursor:
        names = sorted(connection.introspection.table_names(cursor))
        kept = [name for name in names if not name.startswith(ELSEWHERE)]
        rows = {}
        for name in kept:
            cursor.execute(f'SELECT * FROM "{name}"')
            rows[name] = sorted(map(repr, cursor.fetchall()))
    return rows


def destroy() -> None:
    """What a broken disk does."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    connection.close()
    if connection.vendor == "sqlite":
        for path in Path(connection.settings_dict["NAME"]).parent.glob("test.sqlite3*"):
            path.unlink()
    shutil.rmtree(default_storage.location)


@pytest.mark.parametrize("key", ["", KEY])
def test_destroyed_site_comes_back_as_it_was(guide, client, settings, tmp_path, key):
    client.force_login(make_user("lucie"))
    before, settings.BACKUP_KEY = all_rows(), key
    call_command("backup", tmp_path / "backups", verbosity=0)
    (path,) = (tmp_path / "backups").iterdir()
    assert path.stat().st_mode & 0o077 == 0
    assert (b"jamais" in path.read_bytes()) is False
    destroy()
    call_command("restore", path, verbosity=0)
    assert all_rows() == before
    with default_storage.open(FILE) as file:
        assert file.read() == b"pixels" * 1000
    assert "jamais se perdre" in client.get("/fr/guides/factures/").content.decode()
    assert "lucie" not in client.get("/fr/").content.decode()  # signs in once more
    assert len(backend().keys(backend().current())) == 1


def test_a_site_with_content_is_replaced_only_when_that_is_said(guide, made, settings, capsys):
    settings.BACKUP_KEY = KEY
    revise(guide.translations.get(), text="Plus récent.")
    default_storage.save("guides/new/file", ContentFile(b"new"))
    newer, version = all_rows(), ContentVersion.current()
    with pytest.raises(CommandError, match="--overwrite"):
        call_command("restore", made)
    assert all_rows() == newer
    call_command("restore", made, "--overwrite")
    assert "is back" in capsys.readouterr().out
    assert (
        Translation.objects.get().published.revision.content == "Ce qui ne doit jamais se perdre."
    )
    assert list(operations.stored_files()) == [FILE]
    assert ContentVersion.current() > max(version, timezone.now().timestamp() - 60)


def test_a_mail_that_may_have_been_sent_since_is_not_sent_again(guide, tmp_path):
    mail.send_mail(
        "Bonjour", "Texte", None, ["lucie@example.org"],
        connection=mail.get_connection("smartwiki.notify.backend.QueueBackend"),
    )  # fmt: skip
    path, _manifest = operations.make(tmp_path)
    operations.restore(path, overwrite=True)
    assert Message.objects.get().state == Message.State.UNSURE


def test_an_older_number_of_pages_kept_is_never_reached_again(made):
    ContentVersion.objects.update(number=2**40)
    operations.restore(made, key=KEY, overwrite=True)
    assert ContentVersion.current() == 2**40 + 1


def test_the_database_alone_leaves_the_files(guide, tmp_path, settings):
    path, manifest = operations.make(tmp_path, with_media=False)
    assert list(manifest.members) == [engine().member]
    operations.restore(path, overwrite=True)
    assert default_storage.exists(FILE)


def test_a_file_that_was_changed_is_put_back(made):
    default_storage.delete(FILE)
    default_storage.save(FILE, ContentFile(b"pixels" * 999 + b"else!!"))
    operations.restore(made, key=KEY, overwrite=True)
    with default_storage.open(FILE) as file:
        assert file.read() == b"pixels" * 1000


def test_a_changed_archive_changes_nothing(made):
    before, content = all_rows(), made.read_bytes()
    made.write_bytes(content[:-100] + bytes(100))
    with pytest.raises(BackupError):
        operations.restore(made, key=KEY, overwrite=True)
    assert all_rows() == before
    assert list(operations.settings.VAR_DIR.iterdir()) == [operations.settings.MEDIA_ROOT]


def test_an_archive_can_be_checked_without_changing_anything(made, settings, capsys):
    settings.BACKUP_KEY = KEY
    before = all_rows()
    call_command("restore", made, "--check")
    assert "is whole" in capsys.readouterr().out
    assert all_rows() == before


def test_an_archive_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match="no archive"):
        call_command("restore", tmp_path / "nowhere")


def written(path: Path, **changes) -> Path:
    """An archive with another manifest than ours."""
    facts = {"made_at": "", "version": "", "database": engine().member, "migrations": {},
             "counts": {}, "media": True}  # fmt: skip
    with (
        path.open("wb") as file,
        archive.writing(file, "", archive.Manifest(**(facts | changes))) as put,
    ):
        put.add(engine().member, io.BytesIO(b"no database"), 11)
    return path


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"database": "database.other"}, "other kind of database"),
        ({"migrations": {"articles": ["9999_from_the_future"]}}, "newer SmartWiki"),
    ],
)
def test_an_archive_that_does_not_fit_is_refused(tmp_path, changes, said):
    with pytest.raises(BackupError, match=said):
        operations.restore(written(tmp_path / "a", **changes), overwrite=True)


def test_a_broken_database_in_a_whole_archive_changes_nothing(guide, tmp_path):
    before = all_rows()
    with pytest.raises(BackupError):
        operations.restore(written(tmp_path / "a"), overwrite=True)
    assert all_rows() == before


def test_what_people_write_meanwhile_is_in_it_whole_or_not_at_all(guide, tmp_path):
    ended = Event()

    def write() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            revise(guide.translations.get(), text=f"Texte {number}.")
        connection.close()

    writer = Thread(target=write)
    writer.start()
    try:
        path, _manifest = operations.make(tmp_path)
    finally:
        ended.set()
        writer.join()
    operations.restore(path, overwrite=True)
    connection.check_constraints()
    translation = Translation.objects.get()
    latest = translation.article.articlerevision_set.latest("revision_number")
    assert translation.published.revision == latest


def test_a_file_that_goes_meanwhile_is_noted(guide, tmp_path):
    Path(default_storage.path(FILE)).with_name("gone").symlink_to(tmp_path / "nowhere")
    _path, manifest = operations.make(tmp_path)
    assert manifest.lost == ["guides/0b5e/gone"]


def test_only_the_newest_are_kept(guide, tmp_path, capsys):
    for day in range(1, 4):
        moment = timezone.now() - timedelta(days=day)
        (tmp_path / f"smartwiki-{moment:%Y%m%d-%H%M%S}.tar.gz").touch()
    (tmp_path / "notes.txt").touch()
    call_command("backup", tmp_path, "--keep", "2", "--no-media")
    printed = capsys.readouterr().out
    assert printed.count("Removed") == 2
    assert "not encrypted" in printed
    assert len(list(tmp_path.glob("smartwiki-*"))) == 2
    assert (tmp_path / "notes.txt").exists()


def test_a_full_disk_is_said_and_leaves_nothing_behind(guide, tmp_path):
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, unlimited[1]))
    try:
        with pytest.raises(CommandError, match=r"could not be|failed"):
            call_command("backup", tmp_path / "backups")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    assert list((tmp_path / "backups").iterdir()) == []


def test_missing_programs_of_postgresql_are_named(postgresql, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="pg_dump is not here"):
        call_command("backup", tmp_path)
    assert list(tmp_path.glob("smartwiki-*")) == []
