"""The doctor names what was broken, and nothing else."""

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import OperationalError
from django.utils import timezone, translation

from smartwiki import doctor
from smartwiki.notify.models import Message
from smartwiki.operator_language import operator_language
from smartwiki.search.models import Dirty, Target
from tests.servers import ROOT, free_port


@pytest.fixture
def sound(settings, tmp_path, index) -> None:
    """An installation with which nothing is wrong."""
    settings.DEBUG, settings.SECRET_KEY = False, "0123456789abcdefghijklmnopqrstuvwxyz" * 2
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["wiki.example.org"], "https://wiki.example.org"
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    settings.STATIC_ROOT, settings.STATICFILES_DIRS = tmp_path / "static", [tmp_path / "source"]
    settings.BACKUP_KEY = "une longue phrase secrète"
    settings.MAIL_TRANSPORT = {
        "BACKEND": "django.core.mail.backends.locmem.EmailBackend",
        "OPTIONS": {},
    }
    for path in ("source/site.css", "static/staticfiles.json", "backups/smartwiki-1.sealed"):
        write(tmp_path / path)
    for code in ("fr", "nl", "en", "de"):
        folder = tmp_path / "locale" / code / "LC_MESSAGES"
        write(folder / "django.po")
        shutil.copy(ROOT / "locale" / code / "LC_MESSAGES" / "django.mo", folder)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    index()


def write(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def problems() -> dict[str, str]:
    """What the doctor finds, in English, by the check that found it."""
    with translation.override("en"):
        found = {f.title: " ".join(p.what for p in f.problems) for f in doctor.examine()}
    return {title: words for title, words in found.items() if words}


def age(path: Path, days: int) -> None:
    moment = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(path, (moment, moment))


def test_nothing_is_wrong_with_a_sound_installation(sound, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    call_command("doctor")
    printed = capsys.readouterr().out
    assert "All is well." in printed
    assert printed.count("✓") == len(doctor.CHECKS)


def test_serious_problems_end_with_1_in_the_operators_language(
    sound, settings, capsys, monkeypatch
):
    monkeypatch.setenv("LC_ALL", "nl_BE.UTF-8")
    settings.DEBUG = True
    with pytest.raises(SystemExit) as ended:
        call_command("doctor")
    assert ended.value.code == 1
    printed = capsys.readouterr().out
    assert "✗ Instellingen" in printed
    assert "→ Zet DEBUG=0" in printed


def test_a_remark_is_not_serious(sound, settings, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    settings.BACKUP_KEY = ""
    call_command("doctor")
    assert "! Backups" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "value", "title", "said"),
    [
        ("DEBUG", True, "Settings", "DEBUG is on"),
        ("SECRET_KEY", "short", "Settings", "security.W009"),
        ("ALLOWED_HOSTS", ["*"], "Addresses and TLS", "Any host"),
        ("ALLOWED_HOSTS", ["other.example"], "Addresses and TLS", "refuses to serve"),
        ("SITE_URL", "http://wiki.example.org", "Addresses and TLS", "do not agree"),
        ("HTTPS", False, "Addresses and TLS", "unencrypted"),
        ("SECURE_PROXY_SSL_HEADER", ("X", "https"), "Addresses and TLS", "from the proxy"),
        ("BACKUP_KEY", "", "Backups", "not encrypted"),
    ],
)
def test_wrong_settings_are_named(sound, settings, name, value, title, said):
    setattr(settings, name, value)
    assert said in problems()[title]


def test_a_database_that_is_away_is_said_and_what_needs_it_is_unknown(
    sound, settings, monkeypatch, capsys
):
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def refuse() -> None:
        raise OperationalError("refused")

    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(connection, "ensure_connection", refuse)
        call_command("doctor")
    printed = capsys.readouterr().out
    assert "✗ Database: The database does not answer." in printed
    assert "? Clock: cannot be said" in printed


def test_missing_migrations_are_counted(sound):
    MigrationRecorder.Migration.objects.filter(app="search").last().delete()
    assert problems()["Database"] == "The database lacks 1 change of this version."


def test_a_folder_that_cannot_be_written_is_named(sound, settings):
    write(settings.MEDIA_ROOT)  # a file, where there should be a folder
    assert str(settings.MEDIA_ROOT) in problems()["Folders"]


def test_files_elsewhere_need_no_folder(sound, settings):
    write(settings.MEDIA_ROOT)
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "storages.backends.s3.S3Storage"}
    }
    assert not list(doctor.folders_are_writable())
    settings.SEARCH_ENGINE = "postgresql"
    assert not list(doctor.folders_are_writable())


def test_a_full_disk_is_named(sound, monkeypatch):
    monkeypatch.setattr(doctor, "LEAST_FREE", 2**80)
    assert "MB are free" in problems()["Disk"]


def test_developers_need_no_collected_styles(sound, settings):
    settings.DEBUG = True
    (settings.STATIC_ROOT / "staticfiles.json").unlink()
    assert not list(doctor.static_files_are_collected())


def test_a_missing_index_is_named(sound, settings, tmp_path):
    settings.SEARCH_DIR = tmp_path / "another"
    from smartwiki.search import backends

    backends._make.cache_clear()
    if settings.SEARCH_ENGINE == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_pg_generation")
    assert "no search index" in problems()["Search index"]


def test_missing_forms_of_words_are_named(sound, monkeypatch):
    monkeypatch.setattr(doctor.dictionary, "version", lambda: doctor.dictionary.MISSING)
    assert "the forms of words" in problems()["Search index"]


def test_a_cache_that_is_away_is_named(sound, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "smartwiki.cache.LenientRedisCache",
            "LOCATION": f"redis://127.0.0.1:{free_port()}/0",
        }
    }
    assert "does not answer" in problems()["Shared cache"]


def test_a_worker_that_does_nothing_is_named(sound, settings):
    Dirty.objects.create(
        key="x",
        target=Target.objects.create(name="some"),
        changed_at=timezone.now() - timedelta(minutes=30),
    )
    assert "for 30 minutes" in problems()["Worker"]


def test_a_clock_that_went_back_is_named(sound):
    applied = MigrationRecorder.Migration.objects.filter(app="articles")
    applied.update(applied=timezone.now() + timedelta(hours=1))
    assert "slow" in problems()["Clock"]


def test_clocks_that_differ_are_named(sound, postgresql, monkeypatch):
    monkeypatch.setattr(doctor, "CLOCK_MAY_DIFFER", timedelta(seconds=-1))
    assert "differ" in problems()["Clock"]


def test_a_mail_server_that_is_away_is_named(sound, settings):
    settings.MAIL_TRANSPORT = {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {"host": "127.0.0.1", "port": free_port()},
    }
    assert "does not accept us" in problems()["Mail server"]


def test_mails_that_wait_for_a_decision_are_counted(sound):
    mail.send_mail(
        "Bonjour", "Texte", None, ["lucie@example.org"],
        connection=mail.get_connection("smartwiki.notify.backend.QueueBackend"),
    )  # fmt: skip
    Message.objects.update(state=Message.State.UNSURE)
    assert problems()["Mails"].startswith("1 mail ")


def test_messages_that_are_not_compiled_are_named(sound, settings):
    folder = settings.LOCALE_PATHS[0]
    (folder / "nl" / "LC_MESSAGES" / "django.mo").unlink()
    age(folder / "de" / "LC_MESSAGES" / "django.mo", 1)
    assert problems()["Translations"].endswith("in: nl, de")


def test_old_styles_are_named(sound, settings):
    age(settings.STATIC_ROOT / "staticfiles.json", 1)
    assert "missing or old" in problems()["Styles and scripts"]


def test_an_old_backup_is_named(sound, settings):
    age(settings.VAR_DIR / "backups" / "smartwiki-1.sealed", 3)
    assert "two days" in problems()["Backups"]
    (settings.VAR_DIR / "backups" / "smartwiki-1.sealed").unlink()
    assert "two days" in problems()["Backups"]


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LC_ALL": "de_DE.UTF-8", "LANG": "fr_FR.UTF-8"}, "de"),
        ({"LC_ALL": "", "LANG": "nl"}, "nl"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({}, "fr"),
    ],
)
def test_commands_speak_the_language_of_the_shell(monkeypatch, environment, language):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert operator_language() == language
