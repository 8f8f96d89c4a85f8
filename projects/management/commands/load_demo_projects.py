from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from projects import demo
from projects.comments import demo as comments


class Command(BaseCommand):
    help = "Load the demonstration projects. What is there already stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--showcase", action="store_true", help="also load fictional projects, every field full"
        )
        parser.add_argument(
            "--number", type=int, default=20, help="how many fictional projects (20)"
        )

    def handle(self, *args: Any, showcase: bool, number: int, **options: Any) -> None:
        folder = settings.BASE_DIR / "demo" / "projects"
        new = demo.load_demo(folder)
        comments.load_demo(settings.BASE_DIR / "demo" / "comments")
        if showcase:
            demo.load_showcase(folder, number)
            comments.load_showcase()
        if options["verbosity"]:
            self.stdout.write(f"New projects: {new}.")
