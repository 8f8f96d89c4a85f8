"""Publishing a text: the one way in which a guide's words change."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wiki.models import Article, ArticleRevision

from articles import tree
from articles.models import Guide, RevisionInfo, Translation
from smartwiki.accounts.models import User
from smartwiki.markdown import RENDERER_VERSION, render
from smartwiki.models import ContentVersion

Significance = RevisionInfo.Significance
State = RevisionInfo.State


@dataclass(frozen=True, slots=True)
class Text:
    """What a person writes: all that a revision keeps."""

    title: str
    text: str
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed a text, and what it means for translations.

    `based_on`: the source revision that a translation now corresponds to (None in the source).
    `at`: when, for texts that come from an older site; now otherwise.
    """

    author: User | None = None
    message: str = ""
    significance: str = Significance.MINOR
    based_on: RevisionInfo | None = None
    at: datetime | None = None


class StaleBaseError(Exception):
    """Somebody else published first: the text that was edited is no longer the present one."""

    def __init__(self, present: RevisionInfo) -> None:
        super().__init__(f"revision {present.pk} was published meanwhile")
        self.present = present


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
    translation.clean_fields(exclude=["path"])
    translation.validate_constraints(exclude={"path"})
    tree.place_translation(translation)
    translation.save()
    tree.refresh_subtree(guide)
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
    if translation.published and translation.published != base:
        raise StaleBaseError(translation.published)
    info = _write(article, translation, text, change, State.PUBLISHED)
    article.current_revision = info.revision
    article.save(update_fields=["current_revision", "modified"])
    translation.title, translation.summary = text.title, text.summary
    translation.published = info
    if change.significance != Significance.TYPO or translation.changed_at is None:
        translation.changed_at = info.published_at
    translation.full_clean(exclude=["article", "guide"])
    translation.save()
    ContentVersion.bump()
    return info


@transaction.atomic
def submit(translation: Translation, text: Text, change: Change) -> RevisionInfo:
    """Keep `text` as a revision that waits for somebody who may publish it.

    Raises ValidationError as `publish` does.
    """
    article = Article.objects.select_for_update().get(pk=translation.article_id)
    return _write(article, translation, text, change, State.PENDING)


def _write(
    article: Article, translation: Translation, text: Text, change: Change, state: State
) -> RevisionInfo:
    """Add a revision with its meaning and its rendered text."""
    rendered = render(text.text, language=translation.language)
    _refuse_unknown_guides(rendered.references.get("guide", []))
    now = change.at or timezone.now()
    last = ArticleRevision.objects.filter(article=article).order_by("-revision_number").first()
    revision = ArticleRevision.objects.create(
        article=article,
        revision_number=last.revision_number + 1 if last else 1,
        previous_revision=article.current_revision,
        title=text.title,
        content=text.text,
        user=change.author,
        user_message=change.message,
    )
    ArticleRevision.objects.filter(pk=revision.pk).update(created=now, modified=now)
    return RevisionInfo.objects.create(
        revision=revision,
        summary=text.summary,
        significance=change.significance,
        based_on=change.based_on,
        state=state,
        published_at=now if state == State.PUBLISHED else None,
        html=rendered.html,
        toc=[asdict(heading) for heading in rendered.toc],
        references=rendered.references,
        rendered_with=RENDERER_VERSION,
    )


def _refuse_unknown_guides(numbers: list[int]) -> None:
    known = set(Guide.objects.filter(pk__in=numbers).values_list("pk", flat=True))
    unknown = [f"guide:{number}" for number in numbers if number not in known]
    if unknown:
        raise ValidationError(
            _("These links lead to no guide: {links}.").format(links=", ".join(unknown)),
            code="unknown_guide",
        )
