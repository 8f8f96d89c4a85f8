"""What tests of writing share: people who write, and forms as a browser sends them."""

from django.urls import reverse
from django.utils.translation import override

from articles.models import Guide, Translation
from tests.guides import make_user


def editor(name: str = "editrice", *languages: str):
    """Make an editor, of every language unless some are named."""
    return make_user(name, "editor", *languages)


def source_of(guide: Guide) -> Translation:
    return guide.translations.get(language=guide.source_language)


def address(name: str, *args) -> str:
    """Return the French address of a page for those who write."""
    with override("fr"):
        return reverse(f"writing:{name}", args=args)


def edit_url(guide: Guide, language: str = "fr") -> str:
    return address("edit", guide.pk, language)


def text_form(translation: Translation, **changes) -> dict:
    """Return what the editor's form sends for the present text, with `changes`."""
    present = translation.present()
    form = {
        "title": translation.title,
        "slug": translation.slug,
        "initial-slug": translation.slug,
        "summary": translation.summary,
        "text": present.revision.content if present else "",
        "message": "",
        "significance": "minor",
        "base": present.pk if present else "",
        "do": "publish",
    }
    return form | changes


def new_guide_form(**changes) -> dict:
    """Return what the form of a new guide sends."""
    form = {
        "title": "Être payé·e",
        "slug": "",
        "initial-slug": "",
        "summary": "",
        "text": "Du texte.",
        "parent": "topic",
        "language": "fr",
        "visibility": "0",
        "owner": "",
        "do": "publish",
    }
    return form | changes
