import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from smartwiki.accounts.demo import ACCOUNTS, PASSWORD
from smartwiki.accounts.models import User

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = "Set up the database with the demonstration, and serve the site on this machine."

    def handle(self, *args: Any, **options: Any) -> None:
        if os.environ.get("RUN_MAIN") != "true":  # not again each time that the server reloads
            self._refuse_occupied_port()
            call_command("migrate", verbosity=0)
            self._collect_static_files()
            if not User.objects.exists():
                self.stdout.write("Loading the demonstration guides…")
                call_command("load_demo", verbosity=0)
                call_command("search_rebuild", verbosity=0)
            self._print_accounts()
            sys.stdout.flush()
        with _worker():
            call_command("runserver", f"{HOST}:{settings.PORT}", use_reloader=settings.DEBUG)

    def _collect_static_files(self) -> None:
        """Only where one is newer than what was collected, since it takes some seconds."""
        collected = settings.STATIC_ROOT / "staticfiles.json"
        newest = max(path.stat().st_mtime for path in (settings.BASE_DIR / "static").rglob("*"))
        if not settings.DEBUG and (not collected.exists() or collected.stat().st_mtime < newest):
            call_command("collectstatic", interactive=False, verbosity=0)

    def _refuse_occupied_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, settings.PORT))
            except OSError as error:
                raise CommandError(
                    f"Port {settings.PORT} is in use: stop the program that uses it, "
                    f"or choose another (PORT={settings.PORT + 1} make run)."
                ) from error

    def _print_accounts(self) -> None:
        self.stdout.write(f"\nSmartWiki: http://{HOST}:{settings.PORT}/\n")
        self.stdout.write(f"Demonstration accounts (password: {PASSWORD}):")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.email:24} {account.described}")
        if settings.MAIL_TRANSPORT["BACKEND"].endswith("FolderBackend"):
            self.stdout.write(f"Mails: files in {settings.MAIL_TRANSPORT['OPTIONS']['folder']}")
        self.stdout.write("")


@contextmanager
def _worker() -> Iterator[None]:
    """Let a process of its own send the mails, for as long as this one serves."""
    if os.environ.get("RUN_MAIN") == "true":  # the process around this one has started it
        yield
        return
    command = [sys.executable, sys.argv[0], "db_worker", "--stop-with-parent", "--no-reload"]
    worker = subprocess.Popen([*command, "--verbosity=0"])  # noqa: S603 (our own command)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()
