"""`make run` on a machine of one's own."""

import os
import socket
import subprocess
import sys
from http import HTTPStatus
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.conftest import ON_POSTGRESQL
from tests.demonstration import FIRST_START, try_out
from tests.servers import ROOT, free_port, manage, production_environment


@pytest.fixture
def environment(tmp_path):
    return production_environment(tmp_path, PORT=str(free_port()))


def test_first_start_says_how_to_sign_in(demonstration):
    printed = (Path(demonstration("first")["VAR_DIR"]) / FIRST_START).read_text()
    for word in ("reader@", "editor@", "translator@", "moderator@", "lead@", "admin@", "password"):
        assert word in printed
    assert "Loading the demonstration" in printed
    assert "Traceback" not in printed


def test_second_start_destroys_nothing_and_the_site_stands(demonstration, tmp_path):
    environment = demonstration("second")
    before = manage(environment, "dumpdata", "accounts", "articles", "projects")
    with try_out(environment, tmp_path / "log") as address:
        with urlopen(address + "/nl/gidsen/") as page:
            assert b"Onkosten" in page.read()
        with urlopen(address + "/static/css/site.css") as style:
            assert style.status == HTTPStatus.OK
    printed = (tmp_path / "log").read_text()
    assert "reader@" in printed
    assert "Loading the demonstration" not in printed
    assert manage(environment, "dumpdata", "accounts", "articles", "projects") == before


def test_occupied_port_is_said_in_one_sentence(environment):
    with socket.socket() as occupied:
        occupied.bind(("127.0.0.1", int(environment["PORT"])))
        occupied.listen()
        tried = subprocess.run(
            [sys.executable, "manage.py", "try_out"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )
    assert tried.returncode == 1
    assert f"Port {environment['PORT']} is in use" in tried.stderr
    assert len(tried.stderr.strip().splitlines()) == 1


def test_missing_venv_module_is_said_in_one_sentence(tmp_path):
    """A Python without venv, as Debian's is without python3-venv."""
    python = tmp_path / "python3.11"
    python.write_text(
        f'#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"\n'
    )
    python.chmod(0o755)
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text())
    made = subprocess.run(
        ["make", ".venv/python-ready"],
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert made.returncode != 0
    assert "python3-venv" in made.stdout
    assert "Traceback" not in made.stdout + made.stderr


@pytest.mark.skipif(not ON_POSTGRESQL, reason="once is enough: see make test-postgresql")
def test_migrations_go_both_ways_to_nothing(demonstration):
    environment = demonstration("both_ways")
    manage(environment, "migrate", "articles", "zero", "-v0")
    manage(environment, "migrate", "-v0")
