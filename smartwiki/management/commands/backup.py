from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from smartwiki.backup import BackupError, operations
from smartwiki.operator_language import in_operator_language


class Command(BaseCommand):
    help = "Write the database and the files into one archive, while the site runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", default=settings.VAR_DIR / "backups")
        parser.add_argument("--no-media", action="store_true", help="the database alone")
        parser.add_argument("--keep", type=int, help="remove all but so many of the newest")

    @in_operator_language
    def handle(
        self, *args: Any, folder: Path, no_media: bool, keep: int | None, **options: Any
    ) -> None:
        try:
            path, manifest = operations.make(
                folder, key=settings.BACKUP_KEY, with_media=not no_media
            )
        except BackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                _("The archive could not be written: {reason}").format(reason=error)
            ) from error
        self.stdout.write(
            _("{path}: {rows} rows, {files} files; read again and found whole.").format(
                path=path, rows=sum(manifest.counts.values()), files=len(manifest.members) - 1
            )
        )
        if not settings.BACKUP_KEY:
            self.stdout.write(_("It is not encrypted: set BACKUP_KEY, and keep the key elsewhere."))
        for old in operations.keep_newest(folder, keep) if keep and keep > 0 else ():
            self.stdout.write(_("Removed: {path}").format(path=old))
