"""Documents that readers download: PDF and office files, known by what is in them."""

from __future__ import annotations

import zipfile
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": _OOXML + "wordprocessingml.document",
    "xlsx": _OOXML + "spreadsheetml.sheet",
    "pptx": _OOXML + "presentationml.presentation",
    "odt": _ODF + "text",
    "ods": _ODF + "spreadsheet",
    "odp": _ODF + "presentation",
}
_FOLDERS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
MAX_UNPACKED = 300_000_000  # bytes: more in so small a file is a trap for who opens it
MAX_MEMBERS = 10_000


def check_document(file: IO[bytes], extension: str) -> str:
    """Return the content type of `file`, whose name ends in `extension`.

    Raises ValidationError when its content is not what the name says, when it holds macros, and
    when it would unpack to an enormous size.
    """
    if extension == "pdf":
        if not _is_pdf(file):
            raise _not_what_it_says(extension)
    elif extension in CONTENT_TYPES:
        _check_office_file(file, extension)
    else:
        raise ValidationError(
            _("Files of this kind cannot be used. Pictures, PDF and office files work."),
            code="kind",
        )
    return CONTENT_TYPES[extension]


def _is_pdf(file: IO[bytes]) -> bool:
    """The signature at the very start (not within the first kilobyte, as lenient readers allow)."""
    file.seek(0)
    start = file.read(8)
    file.seek(0, 2)
    file.seek(max(0, file.tell() - 2048))
    return start.startswith(b"%PDF-") and b"%%EOF" in file.read()


def _check_office_file(file: IO[bytes], extension: str) -> None:
    try:
        file.seek(0)
        if file.read(4) != b"PK\x03\x04":
            raise _not_what_it_says(extension)
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            first = members[0] if members else None
            kind = (
                archive.read(first).decode("ascii", "replace")
                if first and first.filename == "mimetype" and first.file_size < 100
                else ""
            )
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError) as error:
        raise _not_what_it_says(extension) from error
    unpacked = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED:
        raise ValidationError(_("This file would unpack to an enormous size."), code="bomb")
    if any("vbaproject" in name.lower() or name.startswith("Basic/") for name in names):
        raise ValidationError(_("Files with macros cannot be used."), code="macros")
    if extension in _FOLDERS:
        fits = "[Content_Types].xml" in names and any(
            name.startswith(_FOLDERS[extension]) for name in names
        )
    else:
        fits = kind == CONTENT_TYPES[extension]
    if not fits:
        raise _not_what_it_says(extension)


def _not_what_it_says(extension: str) -> ValidationError:
    return ValidationError(
        _("The content of this file is not what its name says ({extension}).").format(
            extension=extension
        ),
        code="content",
    )
