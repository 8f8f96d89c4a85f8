"""Publishing a text: the one way in which a guide's words change."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wiki.models import Article, ArticleRevision

from articles import tree
from articles.finding import key_of_translation
from articles.following import tell_followers
from articles.merging import Conflict, merge_lines, merge_texts
from articles.models import Guide, Media, RevisionInfo, Translation
from articles.standing import restate
from smartwiki.accounts.models import User
from smartwiki.audit import record
from smartwiki.markdown import RENDERER_VERSION, Rendered, render
from smartwiki.models import ContentVersion
from smartwiki.search.outbox import changed

Significance = RevisionInfo.Significance
State = RevisionInfo.State

# What publishing a text leaves as it is, so that it is not checked again:
_KEPT = [each.name for each in Translation._meta.fields if each.name not in ("title", "summary")]


@dataclass(frozen=True, slots=True)
class Text:
    """What a person writes: all that a revision keeps."""

    title: str
    text: str
    summary: str = ""

    @classmethod
    def of(cls, info: RevisionInfo | None) -> Text:
        """Return what a revision holds; nothing without one."""
        if info is None:
            return cls(title="", text="")
        return cls(title=info.revision.title, text=info.revision.content, summary=info.summary)


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed a text, and what it means for translations.

    `based_on`: the source revision that a translation now corresponds to (None in the source).
    `at`: when, for texts that come from an older site; now otherwise. `is_told`: whether followers
    hear of it, which a whole folder that is imported would make too loud.
    `at`: when, for texts that come from an older site; now otherwise. `publisher`: who publishes
    it, where that is somebody else than the author.
    """

    author: User | None = None
    message: str = ""
    significance: str = Significance.MINOR
    based_on: RevisionInfo | None = None
    at: datetime | None = None
    is_told: bool = True
    publisher: User | None = None


class StaleBaseError(Exception):
    """Somebody else published first: the text that was edited is no longer the present one."""

    def __init__(self, present: RevisionInfo) -> None:
        super().__init__(f"revision {present.pk} was published meanwhile")
        self.present = present


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a text.

    `merged_with`: what somebody else had saved meanwhile, now part of it. `changed`: False when the
    same text was there already, such as after a double click.
    """

    info: RevisionInfo
    merged_with: RevisionInfo | None = None
    changed: bool = True


@dataclass(slots=True)
class ConflictError(Exception):
    """Two people changed the same passage: nothing was saved, and here is all that there is.

    `text` holds both people's changes, and in the conflicting passages one's own words.
    """

    theirs: RevisionInfo
    text: Text
    conflicts: list[Conflict] = field(default_factory=list)


@lru_cache(maxsize=8)
def rendered(text: str, language: str) -> Rendered:
    """Make HTML of a text.

    The latest ones are remembered: a view asks for it before it opens the transaction in which
    everybody who publishes waits for each other, and `publish` finds it made already.
    """
    return render(text, language=language)


@transaction.atomic
def start_translation(guide: Guide, language: str, *, slug: str, text: Text) -> Translation:
    """Make a guide's translation as a draft that readers do not see; `publish` shows it.

    Raises ValidationError for a text or slug of wrong form, for an address that another guide has,
    and when the guide already exists in this language.
    """
    ContentVersion.lock()
    translation = Translation(
        guide=guide,
        language=language,
        article=Article.objects.create(),
        title=text.title,
        slug=slug,
        summary=text.summary,
    )
    translation.clean_fields(exclude=["path", "guide", "article"])
    translation.validate_constraints(exclude={"path"})
    tree.place_translation(translation)
    translation.save()
    if Guide.objects.filter(parent=guide).exists():  # their addresses begin with this one
        tree.refresh_subtree(guide)
    else:
        restate([guide.pk])
    return translation


@transaction.atomic
def publish(
    translation: Translation, text: Text, change: Change, *, base: RevisionInfo | None
) -> RevisionInfo:
    """Publish `text`, which was written on top of `base` (None: nothing was published yet).

    Locks the article's row, so that of two people who save at once the second is told.

    Raises StaleBaseError when another revision than `base` is the published one, and
    ValidationError for a title or summary of wrong form and for links to guides that do not exist.
    """
    ContentVersion.lock()  # always before an article's row, so that two locks never cross
    article = Article.objects.select_for_update().get(pk=translation.article_id)
    translation.refresh_from_db()
    if translation.published_id and translation.published_id != (base.pk if base else None):
        raise StaleBaseError(RevisionInfo.objects.get(pk=translation.published_id))
    translation.title, translation.summary = text.title, text.summary
    translation.clean_fields(exclude=_KEPT)
    info = _write(article, translation, text, change, State.PUBLISHED)
    Article.objects.filter(pk=article.pk).update(
        current_revision=info.revision, modified=timezone.now()
    )
    translation.published = info
    if change.significance != Significance.TYPO or translation.changed_at is None:
        translation.changed_at = info.published_at
    translation.save(update_fields=["title", "summary", "published", "changed_at"])
    changed([key_of_translation(translation)])
    restate([translation.guide_id])
    if change.is_told:
        tell_followers(translation.guide, info)
    record(
        change.publisher or change.author,
        "guide.published",
        translation,
        revision=info.revision.revision_number,
        significance=str(change.significance),
    )
    ContentVersion.bump()
    return info


@transaction.atomic
def submit(
    translation: Translation, text: Text, change: Change, *, base: RevisionInfo | None = None
) -> RevisionInfo:
    """Keep `text`, written on top of `base`, as a revision that waits for somebody who may
    publish it.

    Raises ValidationError as `publish` does.
    """
    article = Article.objects.select_for_update().get(pk=translation.article_id)
    return _write(article, translation, text, change, State.PENDING, base=base)


@transaction.atomic
def save(
    translation: Translation,
    text: Text,
    change: Change,
    *,
    base: RevisionInfo | None,
    show: bool,
    slug: str = "",
) -> Saved:
    """Publish `text` (`show`) or submit it for review, merged with what others saved since `base`.

    `slug`: a new address for the guide in this language, when it is published.

    Raises ConflictError when the same passage was changed by both, and ValidationError as `publish`
    and `tree.change_slug` do and when the guide was deleted; nothing is saved then.
    """
    ContentVersion.lock()
    translation.refresh_from_db()
    if Guide.objects.filter(pk=translation.guide_id, deleted_at__isnull=False).exists():
        raise ValidationError(
            _("This guide was deleted. Your text is still here: restore the guide to save it."),
            code="deleted",
        )
    present = translation.present()
    merged_with = present if present and present != base else None
    if merged_with:
        text = merge(merged_with, base, text)
    if show and slug and slug != translation.slug:
        tree.change_slug(translation, slug, by=change.author)
    if present and Text.of(present) == text and (present.state == State.PUBLISHED or not show):
        return Saved(present, changed=False)
    if show:
        info = publish(translation, text, change, base=translation.published)
    else:
        info = submit(translation, text, change, base=present)
    return Saved(info, merged_with)


@transaction.atomic
def revert(
    translation: Translation, to: RevisionInfo, change: Change, *, base: RevisionInfo | None
) -> Saved:
    """Publish the text of the earlier revision `to` again, as a new revision.

    Raises StaleBaseError when somebody published after `base`, since the person who reverts
    did not see that, and ValidationError as `publish` does.
    """
    ContentVersion.lock()
    translation.refresh_from_db()
    if translation.published and translation.published != base:
        raise StaleBaseError(translation.published)
    if to == translation.published:
        return Saved(to, changed=False)
    return Saved(publish(translation, Text.of(to), change, base=base))


def merge(theirs: RevisionInfo, base: RevisionInfo | None, mine: Text) -> Text:
    """Put both people's changes together, or raise ConflictError."""
    old, new = Text.of(base), Text.of(theirs)
    title = merge_lines(old.title, new.title, mine.title)
    summary = merge_lines(old.summary, new.summary, mine.summary)
    text = merge_texts(old.text, new.text, mine.text)
    merged = Text(title=title.text, text=text.text, summary=summary.text)
    conflicts = [*title.conflicts, *summary.conflicts, *text.conflicts]
    if conflicts:
        raise ConflictError(theirs, merged, conflicts)
    return merged


def _write(
    article: Article,
    translation: Translation,
    text: Text,
    change: Change,
    state: State,
    *,
    base: RevisionInfo | None = None,
) -> RevisionInfo:
    """Add a revision with its meaning and its rendered text."""
    made = rendered(text.text, translation.language)
    _refuse_unknown(made.references)
    _give_files_to(translation.guide_id, made.references.get("media", []), change.author)
    numbers = ArticleRevision.objects.filter(article=article).order_by("-revision_number")
    last = numbers.values_list("revision_number", flat=True).first()
    revision = ArticleRevision.objects.create(
        article=article,
        revision_number=(last or 0) + 1,
        previous_revision=base.revision if base else article.current_revision,
        title=text.title,
        content=text.text,
        user=change.author,
        user_message=change.message,
    )
    if change.at:
        ArticleRevision.objects.filter(pk=revision.pk).update(created=change.at, modified=change.at)
    return RevisionInfo.objects.create(
        revision=revision,
        summary=text.summary,
        significance=change.significance,
        based_on=change.based_on,
        state=state,
        published_at=(change.at or revision.created) if state == State.PUBLISHED else None,
        html=made.html,
        toc=[asdict(heading) for heading in made.toc],
        references=made.references,
        rendered_with=RENDERER_VERSION,
    )


def _refuse_unknown(references: dict[str, list[int]]) -> None:
    unknown = []
    for scheme, model in (("guide", Guide), ("media", Media)):
        numbers = references.get(scheme, [])
        known = set(model.objects.filter(pk__in=numbers).values_list("pk", flat=True))
        unknown += [f"{scheme}:{number}" for number in numbers if number not in known]
    if unknown:
        raise ValidationError(
            _("These links lead to no guide or file: {links}.").format(links=", ".join(unknown)),
            code="unknown_reference",
        )


def _give_files_to(guide: int, numbers: list[int], author: User | None) -> None:
    """Files that were added while a guide did not exist yet belong to it from its first text on."""
    if numbers and author:
        Media.objects.filter(pk__in=numbers, guide=None, added_by=author).update(guide=guide)
