"""Changes to the tree of guides: each one transaction, after which every address still works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.finding import note_change
from articles.models import Audience, Guide, PathRedirect, Translation
from articles.querysets import MAX_DEPTH
from articles.standing import restate
from smartwiki.audit import record
from smartwiki.languages import best
from smartwiki.models import ContentVersion

if TYPE_CHECKING:
    from smartwiki.accounts.models import User


@transaction.atomic
def create_guide(*, source_language: str, parent: Guide | None = None, **fields: Any) -> Guide:
    """Make a place in the tree, after its siblings unless `position` says otherwise.

    Raises ValidationError when the place is too deep.
    """
    ContentVersion.lock()
    guide = Guide(source_language=source_language, parent=parent, **fields)
    _derive(guide, parent)
    guide.save()
    restate([guide.pk])
    return guide


@transaction.atomic
def move_guide(guide: Guide, parent: Guide | None, *, by: User | None = None) -> None:
    """Put a guide, with all below it, under `parent` (None: make it a topic), as its last.

    Old addresses redirect. Raises ValidationError for a loop, for a place that is too deep, and
    for an address that another guide has.
    """
    ContentVersion.lock()
    guide.refresh_from_db()
    if parent is not None:
        parent.refresh_from_db()
        if parent in guide.descendants(include_self=True):
            raise ValidationError(_("A guide cannot be moved below itself."), code="loop")
    before = guide.parent_id
    guide.parent = parent
    guide.position = 0  # after the last sibling
    _derive(guide, parent)
    guide.save()
    refresh_subtree(guide)
    record(by, "guide.moved", guide, below=parent.pk if parent else None, before=before)


@transaction.atomic
def reorder_guide(guide: Guide, steps: int) -> None:
    """Move a guide among its siblings, `steps` down (negative: up), as far as there are any."""
    ContentVersion.lock()
    guide.refresh_from_db()
    siblings = list(Guide.objects.present().filter(parent=guide.parent_id).exclude(pk=guide.pk))
    before = sum((each.position, each.pk) < (guide.position, guide.pk) for each in siblings)
    siblings.insert(max(0, before + steps), guide)
    for number, each in enumerate(siblings, start=1):
        each.position = 10 * number
    Guide.objects.bulk_update(siblings, ["position"])
    ContentVersion.bump()


@transaction.atomic
def change_visibility(guide: Guide, visibility: int, *, by: User | None = None) -> None:
    """Show a guide to a wider or narrower audience; guides below it are never wider."""
    ContentVersion.lock()
    guide.refresh_from_db()
    before, guide.visibility = guide.visibility, visibility
    _derive(guide, guide.parent)
    guide.save()
    refresh_subtree(guide)
    record(
        by,
        "guide.shown_to",
        guide,
        audience=Audience(visibility).name.lower(),
        before=Audience(before).name.lower(),
    )


@transaction.atomic
def change_slug(translation: Translation, slug: str, *, by: User | None = None) -> None:
    """Give a translation another address; the old one, and those below it, redirect.

    Raises ValidationError for a slug of wrong form and for an address that another guide has.
    """
    ContentVersion.lock()
    translation.refresh_from_db()
    translation.slug = slug
    translation.clean_fields(exclude=["article", "path"])
    translation.save(update_fields=["slug"])
    refresh_subtree(translation.guide)
    record(by, "guide.readdressed", translation, address=slug)


@transaction.atomic
def delete_guide(guide: Guide, *, by: User | None = None) -> None:
    """Hide a guide and all below it from readers; nothing is lost, `restore_guide` undoes it."""
    ContentVersion.lock()
    below = list(guide.descendants(include_self=True).values_list("pk", flat=True))
    present = Guide.objects.filter(pk__in=below, deleted_at=None)
    number = present.update(deleted_at=timezone.now())
    note_change(below)
    restate(below)
    record(by, "guide.deleted", guide, guides=number)
    ContentVersion.bump()


@transaction.atomic
def restore_guide(guide: Guide, *, by: User | None = None) -> None:
    """Bring back a deleted guide, with what was deleted together with it.

    Raises ValidationError while its parent is deleted.
    """
    ContentVersion.lock()
    guide.refresh_from_db()
    if guide.parent is not None and guide.parent.deleted_at is not None:
        raise ValidationError(_("Restore the guide above it first."), code="parent_deleted")
    below = list(guide.descendants(include_self=True).values_list("pk", flat=True))
    gone = Guide.objects.filter(pk__in=below, deleted_at=guide.deleted_at)
    number = gone.update(deleted_at=None)
    note_change(below)
    restate(below)
    record(by, "guide.restored", guide, guides=number)
    ContentVersion.bump()


def refresh_subtree(guide: Guide) -> None:
    """Derive depth, audience and paths anew for `guide` and all below it.

    To be called under `ContentVersion.lock()`. Raises ValidationError as `move_guide` does.
    """
    guides = list(guide.descendants(include_self=True))
    by_pk = {each.pk: each for each in guides}
    paths = _paths_by_guide([*by_pk, *([guide.parent_id] if guide.parent_id else [])])
    changed = []
    for each in guides:
        each.parent = guide.parent if each == guide else by_pk[cast(int, each.parent_id)]
        _derive(each, each.parent)
        for translation in paths[each.pk].values():
            path = _path(translation, each.parent, paths)
            if path != translation.path:
                changed.append((translation, translation.path))
                translation.path = path
    Guide.objects.bulk_update(guides, ["topic", "depth", "audience"])
    for translation, old_path in changed:
        _take_path(translation, old_path)
    note_change(by_pk)
    restate(by_pk)
    ContentVersion.bump()


def place_translation(translation: Translation) -> None:
    """Give a new translation its path, and those below it theirs, under `ContentVersion.lock()`.

    Raises ValidationError for an address that another guide has.
    """
    parent = translation.guide.parent
    translation.path = _path(translation, parent, _paths_by_guide([parent.pk] if parent else []))
    _refuse_taken_path(translation)
    PathRedirect.objects.filter(language=translation.language, path=translation.path).delete()


def _derive(guide: Guide, parent: Guide | None) -> None:
    guide.depth = parent.depth + 1 if parent else 0
    guide.topic = (parent.topic or parent) if parent else None
    guide.audience = max(guide.visibility, parent.audience if parent else Audience.PUBLIC)
    if guide.depth > MAX_DEPTH:
        raise ValidationError(
            _("Guides can be at most {number} levels deep.").format(number=MAX_DEPTH + 1),
            code="too_deep",
        )


def _paths_by_guide(guides: list[int]) -> dict[int, dict[str, Translation]]:
    found: dict[int, dict[str, Translation]] = {pk: {} for pk in guides}
    for translation in Translation.objects.filter(guide__in=guides).select_related("guide"):
        found[translation.guide_id][translation.language] = translation
    return found


def _path(
    translation: Translation,
    parent: Guide | None,
    paths: dict[int, dict[str, Translation]],
) -> str:
    """The parent's path, in the same language or what stands in for it, and the slug."""
    if parent is None or not paths[parent.pk]:
        return translation.slug
    above = best(paths[parent.pk], translation.language, parent.source_language)
    return f"{above.path}/{translation.slug}"


def _take_path(translation: Translation, old_path: str) -> None:
    _refuse_taken_path(translation)
    translation.save(update_fields=["path"])
    PathRedirect.objects.filter(language=translation.language, path=translation.path).delete()
    PathRedirect.objects.update_or_create(
        language=translation.language, path=old_path, defaults={"translation": translation}
    )


def _refuse_taken_path(translation: Translation) -> None:
    """A path means one guide, whatever the language before it."""
    taken = (
        Translation.objects.filter(path=translation.path)
        .exclude(guide=translation.guide_id)
        .first()
    )
    if taken:
        raise ValidationError(
            _("The guide “{title}” ({language}) already has the address “{path}”.").format(
                title=taken.title, language=taken.get_language_display(), path=translation.path
            ),
            code="path_taken",
        )
