"""A wrong environment stops the start with a sentence that names the variable."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

PRODUCTION = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "ALLOWED_HOSTS": "wiki.example.org",
}


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    kept = {"PATH": os.environ["PATH"], "VAR_DIR": os.environ.get("VAR_DIR", "")}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=settings.BASE_DIR,
        env={**kept, **environment},
        capture_output=True,
        text=True,
    )


def test_production_environment_passes_the_deployment_checks():
    started = start(**PRODUCTION)
    assert started.returncode == 0, started.stderr


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
    ],
)
def test_wrong_variable_is_named(variable, value):
    started = start(**{**PRODUCTION, variable: value})
    assert started.returncode == 1
    assert variable in started.stderr
    assert "Traceback" not in started.stderr
    assert len(started.stderr.strip().splitlines()) == 1


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
