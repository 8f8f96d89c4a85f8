"""A wrong environment stops the start with a sentence that names the variable."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

PRODUCTION = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "ALLOWED_HOSTS": "wiki.example.org",
    "EMAIL_URL": "smtp://wiki:secret@mail.example.org:587?tls=1",
}


CHECK = ("check", "--deploy", "--fail-level", "WARNING")


def start(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {"PATH": os.environ["PATH"], "VAR_DIR": os.environ.get("VAR_DIR", "")}
    return subprocess.run(
        [sys.executable, "manage.py", *(command or CHECK)],
        cwd=settings.BASE_DIR,
        env={**kept, **environment},
        capture_output=True,
        text=True,
    )


def test_production_environment_passes_the_deployment_checks():
    started = start(**PRODUCTION)
    assert started.returncode == 0, started.stderr


def test_what_writes_source_alone_needs_no_secret_and_nothing_else_goes_without():
    assert start("makemigrations", "--check", "--dry-run").returncode == 0
    assert "SECRET_KEY must be set" in start("migrate", "--plan").stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DEBUG", "maybe"),
        ("SECRET_KEY", ""),
        ("ALLOWED_HOSTS", ""),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "oracle://host/name"),
        ("DATABASE_URL", "mysql://host/name"),
        ("DATABASE_URL", "postgres://host"),
        ("DATABASE_URL", "postgres://host:port/name"),
        ("SECURE_HSTS_SECONDS", "-1"),
        ("SECURE_HSTS_SECONDS", "²"),
        ("HTTPS", "2"),
        ("BACKUP_KEY", "too short"),
        ("EMAIL_URL", "mail.example.org"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "smtp://host:port"),
        ("EMAIL_URL", "smtp://host/path"),
        ("EMAIL_URL", "smtp://host?tls=maybe"),
        ("EMAIL_URL", "smtp://host?tsl=1"),
    ],
)
def test_wrong_variable_is_named(variable, value):
    started = start(**{**PRODUCTION, variable: value})
    assert started.returncode == 1
    assert variable in started.stderr
    assert "Traceback" not in started.stderr
    assert len(started.stderr.strip().splitlines()) == 1


PG = "postgres://host/name"


@pytest.mark.parametrize(
    ("primary", "replica", "is_right"),
    [
        (PG, "postgres://copy/name", True),
        ("sqlite:////tmp/a", PG, False),
        (PG, "sqlite:////tmp/a", False),
        (PG, "mysql://host/name", False),
    ],
)
def test_replica_is_postgresql_beside_postgresql(monkeypatch, primary, replica, is_right):
    from smartwiki import env

    monkeypatch.setenv("FIRST", primary)
    monkeypatch.setenv("COPY", replica)
    if not is_right:
        with pytest.raises(env.EnvironmentVariableError, match="COPY"):
            env.databases("FIRST", "", replica="COPY")
        return
    found = env.databases("FIRST", "", replica="COPY")
    assert found["replica"]["HOST"] == "copy"
    assert "read_only" in found["replica"]["OPTIONS"]["options"]
    assert "options" not in found["default"]["OPTIONS"]
    monkeypatch.setenv("COPY", "")
    assert list(env.databases("FIRST", "", replica="COPY")) == ["default"]


@pytest.mark.parametrize("value", ["1", "true", "YES", "on"])
def test_flag_may_be_written_in_several_ways(monkeypatch, value):
    from smartwiki import env

    monkeypatch.setenv("SOME_FLAG", value)
    assert env.flag("SOME_FLAG", default=False) is True


def test_empty_flag_means_no_and_an_absent_one_the_default(monkeypatch):
    from smartwiki import env

    monkeypatch.setenv("SOME_FLAG", "")
    assert env.flag("SOME_FLAG", default=True) is False
    monkeypatch.delenv("SOME_FLAG")
    assert env.flag("SOME_FLAG", default=True) is True


def test_number_and_names_are_read(monkeypatch):
    from smartwiki import env

    monkeypatch.setenv("SOME_VALUE", " 12 ")
    assert env.number("SOME_VALUE", 3) == 12
    monkeypatch.setenv("SOME_VALUE", "a, b,,c")
    assert env.names("SOME_VALUE") == ["a", "b", "c"]


def test_postgresql_address_gives_a_pool(monkeypatch):
    from smartwiki import env

    monkeypatch.setenv("SOME_DATABASE", "postgres://me@db.example/wiki")
    config = env.database("SOME_DATABASE", "sqlite:///x")
    assert config["NAME"] == "wiki"
    assert config["OPTIONS"]["pool"]["max_size"] > 1


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://a%40b:p%2F@host?tls=1", ("host", 587, "a@b", "p/", False, True)),
        ("smtp://host:25?tls=0", ("host", 25, "", "", False, False)),
        ("smtps://a:b@host", ("host", 465, "a", "b", True, False)),
    ],
)
def test_mail_server_is_read_from_its_address(monkeypatch, tmp_path, url, expected):
    from smartwiki import env

    monkeypatch.setenv("EMAIL_URL", url)
    options = env.mail("EMAIL_URL", tmp_path)["OPTIONS"]
    names = ("host", "port", "username", "password", "use_ssl", "use_tls")
    assert tuple(options[name] for name in names) == expected


def test_mails_are_kept_as_files_without_a_server_and_the_deployment_check_says_so():
    started = start(**PRODUCTION | {"EMAIL_URL": ""})
    assert started.returncode == 1
    assert "notify.W001" in started.stderr
    started = start(**PRODUCTION | {"EMAIL_URL": "console:"})
    assert started.returncode == 0
