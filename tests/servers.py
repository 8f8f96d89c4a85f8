"""Real parts that tests start: the site in a process of its own."""

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def production_environment(folder: Path, **more: str) -> dict[str, str]:
    """An installation of its own in `folder`, without DEBUG, that may be reached without TLS."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "VAR_DIR": str(folder),
        "SECRET_KEY": secrets.token_hex(32),
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "HTTPS": "0",
        **more,
    }


def manage(environment: dict[str, str], *command: str) -> str:
    """Run a management command in a process of its own and return what it printed."""
    finished = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


@contextmanager
def serve(environment: dict[str, str], *options: str) -> Iterator[str]:
    """Serve the site with gunicorn; gives its address, and stops it afterwards."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    log = Path(environment["VAR_DIR"]) / f"server-{port}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "smartwiki.wsgi"),
                *("--bind", f"127.0.0.1:{port}", "--threads", "4", *options),
            ],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(f"{address}/robots.txt", log, process=process)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)


def wait_for(
    url: str, log: Path, seconds: float = 30, process: subprocess.Popen | None = None
) -> None:
    """Wait until a server answers; not longer than `process`, which should become it, lives."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and (process is None or process.poll() is None):
        try:
            with urllib.request.urlopen(url):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"no answer from {url}:\n{log.read_text()}")
