"""Files of guides: adding, describing and serving them, and what `media:7` in a text means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
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

from articles.files.documents import check_document
from articles.files.pictures import CONTENT_TYPE, read_picture
from articles.models import Guide, Media
from smartwiki.languages import best, language_codes
from smartwiki.markdown import Target
from smartwiki.models import ContentVersion

if TYPE_CHECKING:
    from smartwiki.accounts.models import User
    from smartwiki.accounts.policy import Person

MAX_BYTES = 20_000_000
PICTURES = {"jpg", "jpeg", "png", "webp", "avif"}
SIZES = "(min-width: 46rem) 42rem, 100vw"  # the column of running text, else the whole screen


def add_file(
    upload: UploadedFile[Any], *, person: User, guide: Guide | None, language: str, alt: str
) -> Media:
    """Keep an uploaded picture or document, with its description in `language`.

    Raises ValidationError for what is too large, of another kind, or not what it says it is, and
    for a picture without a description.
    """
    if upload.size is None or upload.size > MAX_BYTES:
        raise ValidationError(
            _("This file is too large: at most {number} MB.").format(number=MAX_BYTES // 1_000_000),
            code="too_large",
        )
    stem, extension = _clean_name(upload.name or "")
    media = Media(guide=guide, folder=uuid4(), added_by=person)
    alt = alt.strip()
    if extension in PICTURES:
        if not alt:
            raise ValidationError(
                _("Say in a few words what the picture shows, for people who do not see it."),
                code="alt",
            )
        _keep_picture(media, upload)
        media.filename = f"{stem}.webp"
    else:
        media.kind = Media.Kind.DOCUMENT
        media.content_type = check_document(upload, extension)
        media.size = upload.size
        media.filename = f"{stem}.{extension}"
        upload.seek(0)
        default_storage.save(media.stored_as(), upload)
    setattr(media, build_localized_fieldname("alt", language), alt[:300])
    media.save()
    return media


@transaction.atomic
def describe(media: Media, descriptions: dict[str, str]) -> None:
    """Change what a file shows, by language."""
    for language, alt in descriptions.items():
        setattr(media, build_localized_fieldname("alt", language), alt.strip()[:300])
    media.save()
    ContentVersion.bump()


def alt_in(media: Media, language: str) -> str:
    """Return the description in `language`, or in the next best language that has one."""
    by_language = descriptions_of(media)
    given = {code: alt for code, alt in by_language.items() if alt}
    source = media.guide.source_language if media.guide else language
    return best(given, language, source) if given else ""


def descriptions_of(media: Media) -> dict[str, str]:
    """Return the descriptions by language, empty where there is none."""
    return {
        code: getattr(media, build_localized_fieldname("alt", code)) or ""
        for code in language_codes()
    }


def url_of(media: Media, width: int | None = None) -> str:
    """Return the address of a file, of a picture in one of its widths."""
    if media.is_picture:
        return reverse("files:picture", args=[media.pk, width or media.width, media.filename])
    return reverse("files:document", args=[media.pk, media.filename])


def media_targets(numbers: Iterable[int], language: str, person: Person) -> dict[int, Target]:
    """Return the files that `person` may see, described in `language`."""
    found = Media.objects.readable_by(person).filter(pk__in=list(numbers)).select_related("guide")
    return {media.pk: _target(media, language) for media in found}


def _target(media: Media, language: str) -> Target:
    alt = alt_in(media, language)
    if not media.is_picture:
        return Target(url_of(media), alt or media.filename)
    srcset = ", ".join(f"{url_of(media, width)} {width}w" for width in media.widths)
    shown = min(media.widths, key=lambda width: abs(width - 960))
    return Target(
        url_of(media, shown),
        alt,
        picture={
            "srcset": srcset,
            "sizes": SIZES,
            "width": str(media.width),
            "height": str(media.height),
        },
    )


def _keep_picture(media: Media, upload: UploadedFile[Any]) -> None:
    picture = read_picture(upload)
    media.kind = Media.Kind.PICTURE
    media.content_type = CONTENT_TYPE
    media.width, media.height = picture.width, picture.height
    media.widths = list(picture.by_width)
    media.size = len(picture.by_width[picture.width])
    for width, encoded in picture.by_width.items():
        default_storage.save(media.stored_as(width), ContentFile(encoded))


def _clean_name(name: str) -> tuple[str, str]:
    """A name that is safe in an address and in a header, and its ending in small letters."""
    path = PurePath(re.sub(r"[\\/\0]", "-", name))
    return slugify(path.stem)[:80] or "file", path.suffix.lower().removeprefix(".")
