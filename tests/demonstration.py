"""The demonstration as `make run` makes it: once for the whole suite, and a copy for each user."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.databases import alone, new_database
from tests.servers import ROOT, free_port, production_environment, wait_for

ORIGINAL = "demonstration"  # what is copied: a folder, and on PostgreSQL a database
FIRST_START = "first-start.log"


def copy(shared: Path, folder: Path, name: str) -> dict[str, str]:
    """Return the environment of an installation in `folder` that has the demonstration.

    `shared`: a folder that all processes of the suite know; the first that comes makes it there.
    `name`: of the copy's database.
    """
    original = shared / ORIGINAL
    with alone(shared / "demonstration.lock"):
        if not original.exists():
            make(original)
        more = new_database(name, template=ORIGINAL)
    ignored = shutil.ignore_patterns("static")
    # As it is: the search index in use is a link.
    shutil.copytree(original, folder, symlinks=True, dirs_exist_ok=True, ignore=ignored)
    (folder / "static").symlink_to(original / "static")
    return production_environment(folder, **more)


def make(folder: Path) -> None:
    """Do as `make run` does on a new machine, until the site answers."""
    making = folder.with_name("demonstration-in-the-making")
    shutil.rmtree(making, ignore_errors=True)  # of a try that failed
    making.mkdir()
    environment = production_environment(making, **new_database(ORIGINAL))
    with try_out(environment, making / FIRST_START):
        pass
    making.rename(folder)


@contextmanager
def try_out(environment: dict[str, str], log: Path) -> Iterator[str]:
    """Start `manage.py try_out`, give its address once it answers, and stop it afterwards."""
    port = str(free_port())
    address = f"http://127.0.0.1:{port}"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "try_out"],
            cwd=ROOT,
            env={**environment, "PORT": port, "PYTHONUNBUFFERED": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            wait_for(address + "/fr/", log, seconds=300, process=process)
            yield address
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=20)
