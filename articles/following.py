"""What of the guides can be followed, and what followers are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from articles.models import Guide, RevisionInfo, Translation
from articles.navigation import group_by_guide, guide_url, link_to
from smartwiki.languages import best
from smartwiki.notify import announce
from smartwiki.notify.announcing import Event
from smartwiki.notify.following import Card

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person

GUIDE, TOPIC, EVENT = "guide", "topic", "guide_published"
Significance = RevisionInfo.Significance


def find_guide(number: int | None, language: str, person: Person) -> Card | None:
    """See `smartwiki.notify.following.Find`."""
    listed = Translation.objects.listed_for(person).filter(guide=number)
    return _card(list(listed.select_related("guide")), language)


def find_topic(number: int | None, language: str, person: Person) -> Card | None:
    """A whole part of the tree, by the number of its root."""
    listed = Translation.objects.listed_for(person).filter(guide=number, guide__depth=0)
    return _card(list(listed.select_related("guide")), language)


def topic_of(guide: Guide) -> str:
    """Return the topic under which the button on a guide's page follows it."""
    return f"{TOPIC}:{guide.pk}" if guide.topic_id is None else f"{GUIDE}:{guide.pk}"


def tell_followers(guide: Guide, info: RevisionInfo) -> None:
    """Announce a published text, unless only a typo is gone."""
    if info.significance != Significance.TYPO:
        topics = [f"{GUIDE}:{guide.pk}", f"{TOPIC}:{guide.topic_id or guide.pk}"]
        announce(topics, EVENT, {"revision": info.pk}, key=f"guide-revision:{info.pk}")


def describe(context: Mapping[str, Any], language: str, person: Person) -> Event | None:
    """Tell of a published text those for whom it is the text that they read.

    A guide in Dutch concerns nobody who gets it in French: they hear of it when that one changes.
    """
    info = RevisionInfo.objects.select_related("revision").filter(pk=context["revision"]).first()
    if info is None:
        return None
    article = info.revision.article_id
    texts = Translation.objects.listed_for(person).select_related("guide", "published__revision")
    of_guide = list(texts.filter(guide__translations__article=article))
    if not of_guide:
        return None
    by_language = {each.language: each for each in of_guide}
    shown = best(by_language, language, of_guide[0].guide.source_language)
    if shown.article_id != article:
        return None
    return Event(
        label=_label(info),
        title=shown.title,
        url=guide_url(language, shown.path),
        text=shown.summary,
        language="" if shown.language == language else shown.language,
    )


def _label(info: RevisionInfo) -> str:
    earlier = RevisionInfo.objects.filter(
        revision__article=info.revision.article_id,
        state=RevisionInfo.State.PUBLISHED,
        pk__lt=info.pk,
    )
    if not earlier.exists():
        return _("New guide")
    if info.significance == Significance.MAJOR:
        return _("Important change in a guide")
    return _("Change in a guide")


def _card(texts: list[Translation], language: str) -> Card | None:
    if not texts:
        return None
    [(number, by_language)] = group_by_guide(texts).items()
    link = link_to(by_language, language)
    topic = texts[0].guide.topic_id
    wider = (f"{TOPIC}:{topic}",) if topic and topic != number else ()
    return Card(link.title, link.url, link.language, wider)
