"""Files that administrators import on the command line."""

from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def read_text(path: Path) -> str:
    """Return what a UTF-8 file holds.

    Raises ValidationError, before anything is read, above `DATA_IMPORT_MAX_MEMORY_SIZE`;
    OSError and UnicodeDecodeError as `Path.read_text` does.
    """
    most = settings.DATA_IMPORT_MAX_MEMORY_SIZE
    if path.stat().st_size > most:
        raise ValidationError(
            _("This file is too large: at most {number} MB.").format(number=most // 1_000_000),
            code="too_large",
        )
    return path.read_text(encoding="utf-8")
