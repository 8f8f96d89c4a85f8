"""Signed links for visitors, who have no account: they prove an address, and who said what."""

from __future__ import annotations

from django.core import signing

CONFIRM_FOR = 7 * 24 * 3600  # seconds; an unconfirmed comment is forgotten after that

CONFIRM, AUTHOR = "smartwiki.comments.confirm", "smartwiki.comments.author"


class ExpiredLinkError(Exception):
    """The link was ours, and is too old."""


class ForgedLinkError(Exception):
    """The link was never ours, or was cut on its way."""


def token_for(pk: int, purpose: str) -> str:
    """Return what stands in a link that only the author of this comment is sent."""
    return signing.TimestampSigner(salt=purpose).sign_object([pk])


def comment_of(token: str, purpose: str) -> int:
    """Return the number of the comment that a token is for.

    Raises ForgedLinkError, and ExpiredLinkError for a confirmation after `CONFIRM_FOR` seconds.
    """
    age = CONFIRM_FOR if purpose == CONFIRM else None
    try:
        [pk] = signing.TimestampSigner(salt=purpose).unsign_object(token, max_age=age)
    except signing.SignatureExpired as error:
        raise ExpiredLinkError from error
    except (signing.BadSignature, ValueError) as error:
        raise ForgedLinkError from error
    return int(pk)
