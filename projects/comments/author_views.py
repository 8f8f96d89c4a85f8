"""What authors do with their own comments: members signed in, visitors by a signed link."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from projects.comments import speaking, tokens
from projects.comments.addresses import comment_url
from projects.comments.conversation import Part
from projects.comments.forms import WordsForm
from projects.comments.mails import project_title
from projects.comments.models import Comment, State

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button to somebody who followed the link in their mail; the button proves it."""
    try:
        comment = _comment_of(token, tokens.CONFIRM)
    except (tokens.ForgedLinkError, Comment.DoesNotExist):
        return _bad_link(request, HTTPStatus.NOT_FOUND)
    except tokens.ExpiredLinkError:
        return _bad_link(request, HTTPStatus.GONE, is_old=True)
    is_new, problem, status = None, "", HTTPStatus.OK
    if request.method == "POST":
        try:
            comment, is_new = speaking.confirm(comment.pk)
        except ValidationError as error:
            problem, status = " ".join(error.messages), HTTPStatus.CONFLICT
    context = {**_context(comment), "is_new": is_new, "problem": problem}
    context["to_confirm"] = comment.state == State.UNCONFIRMED and not problem
    return render(request, "comments/confirm.html", context, status=status)


@read_or_write
@never_cache
def own(request: HttpRequest, token: str) -> HttpResponse:
    """Let a visitor edit and withdraw what they said."""
    try:
        comment = _comment_of(token, tokens.AUTHOR)
    except (tokens.ForgedLinkError, Comment.DoesNotExist):
        return _bad_link(request, HTTPStatus.NOT_FOUND)
    return _own_page(request, comment)


@read_or_write
@never_cache
@login_required
def mine_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a member edit and withdraw what they said."""
    own_comments = Comment.objects.of_person(request.user)  # type: ignore[arg-type]
    comment = get_object_or_404(own_comments.select_related("project", "author"), pk=pk)
    return _own_page(request, comment)


@require_safe
@never_cache
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """List a member's own comments, and what became of them."""
    found = Comment.objects.of_person(request.user)  # type: ignore[arg-type]
    comments = found.select_related("project").order_by("-created_at", "-pk")[:100]
    return render(request, "comments/mine.html", {"comments": comments, "noindex": True})


def _own_page(request: HttpRequest, comment: Comment) -> HttpResponse:
    initial = {"text": comment.body, "language": comment.language}
    is_edit = request.method == "POST" and request.POST.get("do") == "edit"
    form = WordsForm(request.POST if is_edit else None, initial=initial)
    status = HTTPStatus.OK
    if request.method == "POST" and request.POST.get("do") == "withdraw":
        comment = speaking.withdraw(comment.pk)
        messages.success(request, _("Your comment is withdrawn."))
        return redirect(request.path)
    if is_edit:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                speaking.edit(comment.pk, form.cleaned_data["text"], form.cleaned_data["language"])
                messages.success(request, _("Your comment is changed."))
                return redirect(request.path)
            except ValidationError as error:
                form.add_error(None, error)
                status = HTTPStatus.CONFLICT
    context = {**_context(comment), "form": form, "is_refused": is_edit}
    return render(request, "comments/own.html", context, status=status)


def _comment_of(token: str, purpose: str) -> Comment:
    pk = tokens.comment_of(token, purpose)
    return Comment.objects.select_related("project", "author").get(pk=pk)


def _context(comment: Comment) -> dict[str, object]:
    last = comment.transitions.exclude(reason="").last()
    return {
        "comment": comment,
        "part": Part(comment),
        "project_title": project_title(comment.project, get_language()),
        "comment_url": comment_url(comment, get_language()),
        "may_be_edited": speaking.may_be_edited(comment),
        "reason": last.reason if last and comment.state == State.REJECTED else "",
        "noindex": True,
    }


def _bad_link(request: HttpRequest, status: HTTPStatus, *, is_old: bool = False) -> HttpResponse:
    context = {
        "is_old": is_old,
        "kept_text": request.POST.get("text", ""),
        "noindex": True,
    }
    return render(request, "comments/bad_link.html", context, status=status)
