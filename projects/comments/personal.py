"""What stands on pages of comments for their authors alone; see `smartwiki.personal`."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from projects.comments.models import Comment, State
from smartwiki.accounts.models import User


def own_comments(request: HttpRequest, project: int) -> str:
    """What the person said on a project and nobody else sees yet (one query)."""
    if not isinstance(request.user, User):
        return ""
    waiting = Comment.objects.of_person(request.user).filter(
        project=project, state__in=[State.PENDING, State.HIDDEN]
    )
    comments = list(waiting.order_by("created_at", "pk"))
    return render_to_string("comments/_own_waiting.html", {"own_waiting": comments})


def own_comment(request: HttpRequest, author: int, pk: int) -> str:
    """The way to edit or withdraw a comment, for its author."""
    if request.user.pk != author:
        return ""
    return render_to_string("comments/_own_link.html", {"pk": pk})
