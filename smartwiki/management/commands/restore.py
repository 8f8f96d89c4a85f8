from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from smartwiki.backup import BackupError, archive, operations
from smartwiki.operator_language import in_operator_language


class Command(BaseCommand):
    help = "Put a site back from an archive of `backup`; everything is checked first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("archive", type=Path)
        parser.add_argument("--overwrite", action="store_true", help="replace what is here")
        parser.add_argument("--check", action="store_true", help="only read and check the archive")

    @in_operator_language
    def handle(
        self, *args: Any, archive: Path, overwrite: bool, check: bool, **options: Any
    ) -> None:
        try:
            manifest = self._read(archive, overwrite=overwrite, check=check)
        except BackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                _("The archive could not be restored: {reason}").format(reason=error)
            ) from error
        said = (
            _("The archive of {moment} is whole.") if check else _("The site of {moment} is back.")
        )
        self.stdout.write(said.format(moment=manifest.made_at))

    def _read(self, path: Path, *, overwrite: bool, check: bool) -> archive.Manifest:
        if check:
            return archive.read(path, settings.BACKUP_KEY)
        return operations.restore(path, key=settings.BACKUP_KEY, overwrite=overwrite)
