"""Where comments are read, written and looked after, in each language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import translation

from projects.comments import tokens

if TYPE_CHECKING:
    from projects.models import Comment, Project


def conversation_url(project: Project, language: str, page: str = "conversation") -> str:
    """Return the path of a project's conversation for a reader of `language`."""
    with translation.override(language):
        return reverse(f"comments:{page}", args=[project.slug_for(language)])


def comment_url(comment: Comment, language: str) -> str:
    """Return the path that leads to a comment, on whatever page of the conversation it is."""
    with translation.override(language):
        path = reverse("comments:comment", args=[comment.project.slug_for(language), comment.pk])
    return f"{path}#{comment.anchor}"


def confirm_url(comment: Comment) -> str:
    """Return the secret path by which a visitor proves their address."""
    with translation.override(comment.language):
        return reverse("comments:confirm", args=[tokens.token_for(comment.pk, tokens.CONFIRM)])


def own_url(comment: Comment) -> str:
    """Return the secret path at which a visitor edits or withdraws what they said."""
    with translation.override(comment.language):
        return reverse("comments:own", args=[tokens.token_for(comment.pk, tokens.AUTHOR)])


def own_url_for_member(comment: Comment) -> str:
    return reverse("comments:mine", args=[comment.pk])
