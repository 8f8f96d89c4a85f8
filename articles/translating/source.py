"""What keeps translations and their source together: bringing up to date, switching the source."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from articles import publishing
from articles.models import Draft, Guide, RevisionInfo, Translation, Writing
from articles.publishing import Change, Text
from articles.standing import restate
from articles.states import OUTDATED, State
from smartwiki.accounts.models import User
from smartwiki.models import ContentVersion


def source_of(guide: Guide) -> Translation | None:
    """Return the guide in its source language, or None while that is not published."""
    published = guide.translations.filter(published__isnull=False, language=guide.source_language)
    return published.select_related("published__revision").first()


@transaction.atomic
def no_translation_needed(translation: Translation, person: User) -> RevisionInfo:
    """Say that the source's latest changes change nothing in this language.

    The same text becomes a new revision that corresponds to the present source, so the history
    shows who decided it. Raises ValidationError when the translation is not outdated.
    """
    ContentVersion.lock()
    present = Translation.objects.with_state().get(pk=translation.pk)
    source, published = source_of(present.guide), present.published
    if source is None or published is None or present.state not in OUTDATED:
        raise ValidationError(_("This translation is up to date already."), code="current")
    return publishing.publish(
        present,
        Text(present.title, published.revision.content, present.summary),
        Change(
            author=person,
            message=_("The change of the source needs no translation"),
            significance=RevisionInfo.Significance.TYPO,
            based_on=source.published,
        ),
        base=published,
    )


@transaction.atomic
def switch_source(guide: Guide, language: str) -> None:
    """Make the text in `language` the one that the others are translated from.

    A translation that was up to date stays so; an older one is measured against the version of
    the new source that was made of the same old text. Raises ValidationError unless the guide is
    published and up to date in `language`: otherwise the source's latest change would be lost.
    """
    ContentVersion.lock()
    guide.refresh_from_db()
    if language == guide.source_language:
        return
    texts = {each.language: each for each in _published_texts(guide)}
    new = texts.get(language)
    if new is None or new.state != State.CURRENT:
        raise ValidationError(
            _("Bring this language up to date first: what the others lack would get lost."),
            code="not_current",
        )
    for each in texts.values():
        if each.published:
            each.published.based_on = _basis_in(new, each) if each != new else None
            each.published.save(update_fields=["based_on"])
    guide.source_language = language
    guide.save(update_fields=["source_language"])
    restate([guide.pk])
    ContentVersion.bump()


def _published_texts(guide: Guide) -> list[Translation]:
    related = "published__based_on__revision"
    return list(guide.translations.published().with_state().select_related(related))


def _basis_in(source: Translation, translation: Translation) -> RevisionInfo | None:
    """What a translation corresponds to in a new source: its present version, or the latest one
    that was made of the same or an older text."""
    basis = translation.published.based_on if translation.published else None
    if translation.state in (State.CURRENT, State.SOURCE) or basis is None:
        return source.published if translation.state not in OUTDATED else None
    return (
        RevisionInfo.objects.filter(
            revision__article=source.article_id,
            state=RevisionInfo.State.PUBLISHED,
            based_on__revision__article=basis.revision.article_id,
            based_on__revision__revision_number__lte=basis.revision.revision_number,
        )
        .order_by("-revision__revision_number")
        .first()
    )


def others_at(guide: Guide, language: str, person: User) -> list[str]:
    """Return who else works on this translation: now, or with kept work that is not published."""
    kept = Draft.objects.filter(guide=guide, language=language).exclude(author=person)
    names = {*kept.values_list("author__name", flat=True)}
    return sorted(names.union(Writing.names_of_others(guide, language, person)))
