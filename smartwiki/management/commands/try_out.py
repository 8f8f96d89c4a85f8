import os
import socket
import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from smartwiki.accounts.demo import ACCOUNTS, PASSWORD
from smartwiki.accounts.models import User

HOST, PORT = "127.0.0.1", 8000


class Command(BaseCommand):
    help = "Set up the database with the demonstration, and serve the site on this machine."

    def handle(self, *args: Any, **options: Any) -> None:
        if os.environ.get("RUN_MAIN") != "true":  # not again each time that the server reloads
            self._refuse_occupied_port()
            call_command("migrate", verbosity=0)
            if not User.objects.exists():
                self.stdout.write("Loading the demonstration guides…")
                call_command("load_demo", verbosity=0)
                call_command("search_rebuild", verbosity=0)
            self._print_accounts()
            sys.stdout.flush()
        call_command("runserver", f"{HOST}:{PORT}")

    def _refuse_occupied_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, PORT))
            except OSError as error:
                raise CommandError(
                    f"Port {PORT} is in use: stop the program that uses it, then try again."
                ) from error

    def _print_accounts(self) -> None:
        self.stdout.write(f"\nSmartWiki: http://{HOST}:{PORT}/\n")
        self.stdout.write(f"Demonstration accounts (password: {PASSWORD}):")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.email:24} {account.described}")
        self.stdout.write("")
