"""What the editor's script needs to know: its words in the person's language, and one number."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from articles.models import RevisionInfo, Translation
from smartwiki.accounts.models import User


def script_context(person: User, translation: Translation | None) -> dict[str, Any]:
    """Return the context of the templates that load static/js/editor.js.

    `mine`: the person's latest revision of this text (of a new guide: of any text). While it is
    the same, what the device kept was not saved.
    """
    revisions = RevisionInfo.objects.filter(revision__user=person)
    if translation:
        revisions = revisions.filter(revision__article=translation.article_id)
    latest = revisions.order_by("-pk").values_list("pk", flat=True).first()
    return {"editor_words": _words(), "mine": latest or 0}


def _words() -> dict[str, str]:
    return {
        "toolbar": _("Text layout"),
        "heading": pgettext("button", "Heading"),
        "bold": pgettext("button", "Bold"),
        "italic": pgettext("button", "Italic"),
        "list": pgettext("button", "List"),
        "numbered": pgettext("button", "Numbered list"),
        "link": pgettext("button", "Link"),
        "picture": pgettext("button", "Picture or file"),
        "notice": pgettext("button", "Notice"),
        "noticeTitle": _("Good to know"),
        "noticeText": _("Text of the notice."),
        "table": pgettext("button", "Table"),
        "undo": pgettext("button", "Undo"),
        "preview": pgettext("button", "Preview"),
        "column": _("Column"),
        "cell": _("Text"),
        "kept": _("Kept as a draft at {time}."),
        "offline": _("The site does not answer. Your text is kept on this device."),
        "signedOut": _(
            "You are signed out. Your text is kept on this device: sign in in another tab, "
            "then go on here."
        ),
        "tooLong": _("The text has become too long to be kept. Make it shorter."),
        "noPictures": _(
            "Only editors add pictures. Say beside “Why?” which picture would help, and where."
        ),
        "found": _("Guides found: {number}"),
        "otherSite": _("Link to another site"),
        "uploading": _("Sending the file…"),
        "tooBig": _("This file is too large."),
    }
