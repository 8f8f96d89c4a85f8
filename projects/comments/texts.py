"""What a comment may hold: plain text, with links and paragraphs, that stays inside its place."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from itertools import groupby

from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.texts import without_control

MARKS_IN_A_ROW = 8  # more than any writing puts on one letter (Vietnamese 2, Hebrew 3, Tibetan 5)
LINKS = 3
REPETITION_FROM = 40  # characters: many people may rightly say "Merci beaucoup !"

# Characters that change the direction of what follows, also outside of the comment (Unicode UAX 9).
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
LINK = re.compile(r"https?://[^\s<>\"]{1,1000}")
_ADDRESS = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,190}\.[^\s@<>.]{2,}")
_AFTERLINK = ".,;:!?…'’”»)]}"


def clean_body(text: str) -> str:
    """Return what somebody wrote, as it is kept; raises ValidationError for what is no text."""
    text = without_control(_DIRECTION.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    if not any(unicodedata.category(character)[0] in "LNSP" for character in text):
        raise ValidationError(_("Write something first."), code="required")
    if _has_too_many_marks(text):
        raise ValidationError(
            _("Some letters carry so many signs that nobody can read them."), code="marks"
        )
    if len(LINK.findall(text)) > LINKS:
        raise ValidationError(
            ngettext(
                "At most {number} link, please: more of them look like advertising.",
                "At most {number} links, please: more of them look like advertising.",
                LINKS,
            ).format(number=LINKS),
            code="links",
        )
    return text


def clean_name(name: str) -> str:
    """Return a name as it is shown; raises ValidationError for what is none."""
    if re.search(r"[\x00-\x1f\x7f\u2028\u2029]", name):
        raise ValidationError(_("A name is one line of ordinary characters."), code="name")
    name = " ".join(_DIRECTION.sub("", name).split())
    if not any(character.isalnum() for character in name) or _has_too_many_marks(name):
        raise ValidationError(_("Tell us the name under which you want to speak."), code="name")
    if _ADDRESS.search(name) or LINK.search(name) or "www." in name.lower():
        raise ValidationError(
            _("Your name is shown to everybody, so it holds no address."), code="name"
        )
    return name


def _has_too_many_marks(text: str) -> bool:
    runs = groupby(text, key=lambda character: unicodedata.category(character) in ("Mn", "Me"))
    return any(is_mark and sum(1 for _mark in run) > MARKS_IN_A_ROW for is_mark, run in runs)


def fingerprint(text: str) -> str:
    """Return the same for texts that differ in nothing but case, spaces and punctuation."""
    letters = (
        character
        for character in unicodedata.normalize("NFKC", text).casefold()
        if unicodedata.category(character)[0] in "LN"
    )
    return hashlib.sha256("".join(letters).encode()).hexdigest()


def holds_address(text: str, email: str) -> bool:
    """Say whether a text gives away the author's own e-mail address."""
    return bool(email) and email.casefold() in text.casefold()


def as_html(text: str) -> SafeString:
    """Return paragraphs in which web addresses are links that vouch for nothing (`ugc`)."""
    paragraphs = (part.strip("\n") for part in re.split(r"\n\s*\n", text))
    return format_html_join("\n", "<p>{}</p>", ((_lines(part),) for part in paragraphs if part))


def _lines(paragraph: str) -> SafeString:
    lines = [_with_links(line) for line in paragraph.split("\n")]
    return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines))


def _with_links(line: str) -> SafeString:
    parts: list[SafeString | str] = []
    end = 0
    for match in LINK.finditer(line):
        url = match[0].rstrip(_AFTERLINK)
        link = format_html('<a href="{}" rel="nofollow ugc noopener">{}</a>', url, url)
        parts += [line[end : match.start()], link]
        end = match.start() + len(url)
    parts.append(line[end:])
    return format_html_join("", "{}", ((part,) for part in parts))
