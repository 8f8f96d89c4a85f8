"""Adding and describing files, and where a text that names one leads."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any, TypeVar
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from modeltranslation.utils import build_localized_fieldname

from smartwiki.files.documents import check_document
from smartwiki.files.models import StoredFile
from smartwiki.files.pictures import CONTENT_TYPE, read_picture
from smartwiki.languages import best, language_codes
from smartwiki.markdown import Target
from smartwiki.models import ContentVersion

AnyFile = TypeVar("AnyFile", bound=StoredFile)

MAX_BYTES = 20_000_000
PICTURES = {"jpg", "jpeg", "png", "webp", "avif"}
SIZES = "(min-width: 46rem) 42rem, 100vw"  # the column of running text, else the whole screen


def keep(file: AnyFile, upload: UploadedFile[Any], *, language: str, alt: str) -> AnyFile:
    """Keep an uploaded picture or document as `file`, with its description in `language`.

    Raises ValidationError for what is too large, of another kind, or not what it says it is, and
    for a picture without a description.
    """
    if upload.size is None or upload.size > MAX_BYTES:
        raise ValidationError(
            _("This file is too large: at most {number} MB.").format(number=MAX_BYTES // 1_000_000),
            code="too_large",
        )
    stem, extension = _clean_name(upload.name or "")
    file.folder = uuid4()
    alt = alt.strip()
    if extension in PICTURES:
        if not alt:
            raise ValidationError(
                _("Say in a few words what the picture shows, for people who do not see it."),
                code="alt",
            )
        _keep_picture(file, upload)
        file.filename = f"{stem}.webp"
    else:
        file.kind = StoredFile.Kind.DOCUMENT
        file.content_type = check_document(upload, extension)
        file.size = upload.size
        file.filename = f"{stem}.{extension}"
        upload.seek(0)
        default_storage.save(file.stored_as(), upload)
    setattr(file, build_localized_fieldname("alt", language), alt[:300])
    file.save()
    return file


@transaction.atomic
def describe(file: StoredFile, descriptions: dict[str, str]) -> None:
    """Change what a file shows, by language.

    Raises ValidationError for a picture that would be left without any description.
    """
    if file.is_picture and not any(alt.strip() for alt in descriptions.values()):
        raise ValidationError(_("A picture needs a description in at least one language."))
    for language, alt in descriptions.items():
        setattr(file, build_localized_fieldname("alt", language), alt.strip()[:300])
    file.save()
    ContentVersion.bump()


def alt_in(file: StoredFile, language: str, source: str) -> str:
    """Return the description in `language`, or in the next best language that has one."""
    given = {code: alt for code, alt in descriptions_of(file).items() if alt}
    return best(given, language, source) if given else ""


def descriptions_of(file: StoredFile) -> dict[str, str]:
    """Return the descriptions by language, empty where there is none."""
    return {
        code: getattr(file, build_localized_fieldname("alt", code)) or ""
        for code in language_codes()
    }


def url_of(file: StoredFile, width: int | None = None) -> str:
    """Return the address of a file, of a picture in one of its widths."""
    if file.is_picture:
        name = f"{file.addresses}:picture"
        return reverse(name, args=[file.pk, width or file.width, file.filename])
    return reverse(f"{file.addresses}:document", args=[file.pk, file.filename])


def target_of(file: StoredFile, alt: str) -> Target:
    """Return where a text leads that names `file`, which is described as `alt`."""
    if not file.is_picture:
        return Target(url_of(file), alt or file.filename)
    srcset = ", ".join(f"{url_of(file, width)} {width}w" for width in file.widths)
    shown = min(file.widths, key=lambda width: abs(width - 960))
    return Target(
        url_of(file, shown),
        alt,
        picture={
            "srcset": srcset,
            "sizes": SIZES,
            "width": str(file.width),
            "height": str(file.height),
        },
    )


def _keep_picture(file: StoredFile, upload: UploadedFile[Any]) -> None:
    picture = read_picture(upload)
    file.kind = StoredFile.Kind.PICTURE
    file.content_type = CONTENT_TYPE
    file.width, file.height = picture.width, picture.height
    file.widths = list(picture.by_width)
    file.size = len(picture.by_width[picture.width])
    for width, encoded in picture.by_width.items():
        default_storage.save(file.stored_as(width), ContentFile(encoded))


def _clean_name(name: str) -> tuple[str, str]:
    """A name that is safe in an address and in a header, and its ending in small letters."""
    path = PurePath(re.sub(r"[\\/\0]", "-", name))
    return slugify(path.stem)[:80] or "file", path.suffix.lower().removeprefix(".")
