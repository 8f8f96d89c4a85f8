from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from projects.importing import RefusedError, import_records, read_csv, read_json
from smartwiki.files.importing import read_text


class Command(BaseCommand):
    help = "Import projects from a CSV or JSON file: all of them or none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="only list what would become of each row"
        )

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        read = {".csv": read_csv, ".json": read_json}.get(file.suffix.lower())
        if read is None:
            raise CommandError("The file's name must end in .csv or .json.")
        try:
            fates = import_records(read(read_text(file)), dry_run=dry_run)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} is not UTF-8 text.") from error
        except ValidationError as error:
            raise CommandError(f"{file}: {' '.join(error.messages)}") from error
        except RefusedError as error:
            raise CommandError(f"Nothing was imported.\n{error}") from error
        for fate in fates:
            self.stdout.write(str(fate))
        if dry_run:
            self.stdout.write("Nothing was changed: this was a dry run.")
