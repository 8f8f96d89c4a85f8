from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction

from smartwiki.accounts.demo import create_demo_accounts
from smartwiki.search.demo import load_glossary


class Command(BaseCommand):
    help = (
        "Load the demonstration: accounts, guides and projects. "
        "What is there already stays as it is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--showcase", action="store_true", help="also load fictional projects, every field full"
        )

    @transaction.atomic
    def handle(self, *args: Any, showcase: bool, **options: Any) -> None:
        create_demo_accounts()
        for folder in ("guides", "changes"):  # first texts, then later versions of some of them
            call_command(
                "import_guides",
                settings.BASE_DIR / "demo" / folder,
                author="editor@example.org",
                verbosity=options["verbosity"],
            )
        load_glossary(settings.BASE_DIR / "demo" / "glossary.csv")
        call_command("load_demo_projects", showcase=showcase, verbosity=options["verbosity"])
        call_command("daily", verbosity=options["verbosity"])
