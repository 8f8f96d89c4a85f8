"""Files of guides, and what `media:7` in a text means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile

from articles.models import Guide, Media
from smartwiki.files import keeping
from smartwiki.markdown import Target

if TYPE_CHECKING:
    from smartwiki.accounts.models import User
    from smartwiki.accounts.policy import Person


def add_file(
    upload: UploadedFile[Any], *, person: User, guide: Guide | None, language: str, alt: str
) -> Media:
    """Add a picture or document to a guide; raises as `keeping.keep` does."""
    return keeping.keep(Media(guide=guide, added_by=person), upload, language=language, alt=alt)


def alt_in(media: Media, language: str) -> str:
    """Return the description in `language`, or in the next best language that has one."""
    source = media.guide.source_language if media.guide else language
    return keeping.alt_in(media, language, source)


def media_targets(numbers: Iterable[int], language: str, person: Person) -> dict[int, Target]:
    """Return the files that `person` may see, described in `language`."""
    found = Media.objects.readable_by(person).filter(pk__in=list(numbers)).select_related("guide")
    return {media.pk: keeping.target_of(media, alt_in(media, language)) for media in found}
