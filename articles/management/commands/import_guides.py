from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles.importing.folder import import_folder
from articles.importing.parsing import ImportFilesError
from smartwiki.accounts.models import User


class Command(BaseCommand):
    help = "Import a folder of Markdown files with front matter as guides (see docs/importing.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--author", help="e-mail address of the person who is the author")

    def handle(self, *args: Any, folder: Path, author: str | None, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        try:
            person = User.objects.get_by_natural_key(author) if author else None
            report = import_folder(folder, person)
        except User.DoesNotExist as error:
            raise CommandError(f"Nobody signs in with {author}.") from error
        except ImportFilesError as error:
            raise CommandError(f"Nothing was imported.\n{error}") from error
        if options["verbosity"]:
            self.stdout.write(
                f"New guides: {report.guides}, new translations: {report.translations}, "
                f"texts published: {report.published}, unchanged: {report.unchanged}."
            )
