"""The disk is full, then it can only be read: the site says so, reads, and no words are lost."""

import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from bench.people import Person, set_up
from tests.conftest import ON_POSTGRESQL
from tests.operations import parts
from tests.servers import free_port

PAGE = "/fr/guides/factures/"
WORDS = "Ce texte ne doit pas se perdre."
UNSHARE = ["unshare", "--mount", "--propagation", "private"]
CAN_MOUNT = (
    shutil.which("unshare") is not None
    and subprocess.run([*UNSHARE, "mount", "-t", "tmpfs", "none", "/mnt"], check=False).returncode
    == 0
)

# Beside the site and then in one step: what it opens to write meanwhile would keep the disk busy.
READ_ONLY = (
    "mkdir {disk}.ro && mount --bind {disk} {disk}.ro && mount -o remount,bind,ro {disk}.ro && "
    "mount --move {disk}.ro {disk}"
)

pytestmark = [
    pytest.mark.skipif(not CAN_MOUNT, reason="needs the right to mount a small disk"),
    pytest.mark.skipif(ON_POSTGRESQL, reason="texts are on another disk then"),
]


class SmallDisk(parts.Part):
    """The site with its folder on a disk of its own, which only its process sees."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.folder, port = environment["VAR_DIR"], free_port()
        self.url = f"http://127.0.0.1:{port}"
        disk = f"{folder}/disk"
        Path(disk).mkdir()
        serve = (
            f"mount -t tmpfs -o size=150m none {disk} && cp -a {self.folder}/. {disk}/ && "
            f"mount --move {disk} {self.folder} && exec {sys.executable} -m gunicorn "
            f"smartwiki.wsgi --threads 4 --bind 127.0.0.1:{port}"
        )
        command = [*UNSHARE, "sh", "-c", serve]
        super().__init__(command, environment, folder / "disk.log", f"{self.url}/robots.txt")

    def inside(self, command: str) -> None:
        enter = ["nsenter", "--target", str(self.process.pid), "--mount"]
        subprocess.run([*enter, "sh", "-c", command.format(disk=self.folder)], check=True)

    def reload(self) -> None:
        """Let new processes open every file anew, as `systemctl reload` does."""
        before = self.log.read_text().count("Worker exiting")
        self.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 60
        while self.log.read_text().count("Worker exiting") == before:
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)


class Editor(Person):
    """Saves once, and gives the answer."""

    def save(self, edit: str, form: str) -> tuple[int, str]:
        try:
            self._post(edit, form, text=WORDS, title="Factures", do="publish")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        return 200, ""


@pytest.fixture
def disk(demonstration, tmp_path):
    environment = demonstration("disk")
    cookie = set_up(environment)[0]
    with SmallDisk(environment, tmp_path) as site:
        yield site, Editor(site, 0, cookie, None)


def read(site: SmallDisk) -> None:
    """Visitors read, also what no process has kept."""
    for path in ("/fr/", "/nl/projecten/", PAGE):
        with urllib.request.urlopen(site.url + path) as answer:
            assert answer.status == 200


def test_a_disk_that_takes_nothing_more_loses_no_words(disk):
    site, editor = disk
    links = editor._get(PAGE).partition('class="desk-links"')[2]
    edit = re.search(r'href="([^"]+)"', links)[1]
    form = editor._get(edit)
    for broken, mended in (
        ("dd if=/dev/zero of={disk}/filler bs=64k 2>/dev/null || true", "rm {disk}/filler"),
        (READ_ONLY, "umount -l {disk}"),
    ):
        site.inside(broken)
        if "mount" in broken:
            site.reload()  # what was open may still be written, unlike on a real disk
        read(site)
        status, said = editor.save(edit, form)
        assert status == 503
        assert WORDS in said
        site.inside(mended)
        if "mount" in broken:
            site.reload()  # whoever opened the database to read alone keeps it so
        assert editor.save(edit, editor._get(edit))[0] == 200
        assert WORDS in editor._get(PAGE)
