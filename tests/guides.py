"""Plain helpers that make people and guides."""

from django.db import transaction
from django.utils.text import slugify

from articles import publishing, tree
from articles.models import Audience, Guide, Translation
from articles.standing import restating_once
from smartwiki.accounts.models import User

PUBLIC, MEMBERS, STAFF = Audience.PUBLIC, Audience.MEMBERS, Audience.STAFF


def make_user(name: str = "reader", role: str = "", *languages: str, **fields) -> User:
    """Make a person; `languages` limits an editor's role."""
    user = User.objects.create_user(f"{name}@example.org", "secret-word", name=name, **fields)
    if role:
        user.grant(role, languages or ("",))
    return user


def make_guide(
    title: str = "Factures",
    language: str = "fr",
    parent: Guide | None = None,
    text: str = "Du texte.",
    slug: str = "",
    draft: bool = False,
    **fields,
) -> Guide:
    """Make a guide with its source text, published unless it is a `draft`."""
    with transaction.atomic(), restating_once():
        guide = tree.create_guide(source_language=language, parent=parent, **fields)
        translate(guide, language, title, text, slug, draft=draft)
    return guide


def translate(
    guide: Guide,
    language: str,
    title: str,
    text: str = "Tekst.",
    slug: str = "",
    summary: str = "",
    draft: bool = False,
) -> Translation:
    """Give a guide a text in `language`, based on its source's present text."""
    content = publishing.Text(title=title, text=text, summary=summary)
    with transaction.atomic(), restating_once():
        translation = publishing.start_translation(
            guide, language, slug=slug or slugify(title), text=content
        )
        if not draft:
            revise(translation, text=text, title=title, summary=summary)
    return translation


def revise(
    translation: Translation,
    text: str = "Nouveau texte.",
    title: str = "",
    summary: str = "",
    significance: str = "minor",
    author: User | None = None,
):
    """Publish a new text on top of the present one."""
    translation.refresh_from_db()
    source = translation.guide.translations.filter(
        language=translation.guide.source_language
    ).first()
    return publishing.publish(
        translation,
        publishing.Text(title=title or translation.title, text=text, summary=summary),
        publishing.Change(
            author=author,
            significance=significance,
            based_on=None if translation.is_source else source and source.published,
        ),
        base=translation.published,
    )
