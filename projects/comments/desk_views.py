"""The moderators' desk: one queue over all projects."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from projects.comments import moderation
from projects.comments.access import may_answer_officially, may_moderate, moderator
from projects.comments.desk import (
    CommentAtDesk,
    QueuePage,
    figures,
    waiting_now,
    what_was_done,
)
from projects.comments.desk_forms import AnswerForm, DecisionForm, RulesForm, SeenForm
from projects.comments.models import Comment, ReadyReason, Rules, State
from smartwiki.accounts.models import User


def comment_at_desk(pk: int) -> Comment:
    """Return a comment that a moderator may see; raises Http404, also before it is confirmed."""
    found = Comment.objects.with_context().exclude(state=State.UNCONFIRMED)
    return get_object_or_404(found, pk=pk)


@require_safe
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    person = moderator(request)
    context = {
        "page": QueuePage(request.GET.get("after", ""), get_language()),
        "waiting": waiting_now(),
        "reasons": ReadyReason.objects.filter(is_offered=True),
        "done": what_was_done(request.GET.get("done", ""), person),
    }
    return render(request, "moderation/queue.html", context)


@require_POST
def next_one(request: HttpRequest) -> HttpResponse:
    """Give the moderator the comment that waits longest, or the next one after it."""
    person = moderator(request)
    after = request.POST.get("after", "")
    passed = Comment.objects.filter(pk=int(after)).first() if _is_number(after) else None
    return _next(person, passed)


@require_safe
@never_cache
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one comment with all that helps to judge it."""
    person = moderator(request)
    done = what_was_done(request.GET.get("done", ""), person)
    return _review(request, comment_at_desk(pk), done=done)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve, reject, hide or mark as spam, and go on with the next."""
    person = moderator(request)
    comment = comment_at_desk(pk)
    form, seen = DecisionForm(request.POST), SeenForm(request.POST)
    if not (form.is_valid() and seen.is_valid()):
        return _refused(request, comment, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        made = moderation.decide(pk, form.decided(person), seen=seen.cleaned_data["version"])
    except moderation.OvertakenError as overtaken:
        return _overtaken(request, [overtaken])
    except ValidationError as error:
        form.add_error(None, error)
        return _refused(request, comment, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _next(person, comment, batch=made.batch if made else None)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer officially; what still waits is approved with it."""
    comment = comment_at_desk(pk)
    person = request.user
    if not may_answer_officially(person, comment.project):
        raise PermissionDenied
    form, seen = AnswerForm(request.POST), SeenForm(request.POST)
    if not (form.is_valid() and seen.is_valid()):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _review(request, comment, status=status, answer_form=form)
    said = form.cleaned_data
    try:
        moderation.answer(
            pk,
            said["text"],
            by=person,
            language=said["language"],
            seen=seen.cleaned_data["version"],
            pin=said["pinned"],
        )
    except moderation.OvertakenError as overtaken:
        return _overtaken(request, [overtaken], kept_text=said["text"])
    except ValidationError as error:
        form.add_error(None, error)
        return _review(request, comment, status=HTTPStatus.CONFLICT, answer_form=form)
    messages.success(request, _("Your answer is published."))
    return _next(person, comment)


@require_POST
def decide_together(request: HttpRequest) -> HttpResponse:
    """Do the same to all that are ticked, each as the moderator saw it."""
    person = moderator(request)
    form = DecisionForm(request.POST)
    seen = _ticked(request)
    if not form.is_valid() or not seen:
        problems = form.non_field_errors() if seen else [_("Tick the comments first.")]
        messages.error(request, " ".join(map(str, problems)))
        return redirect("moderation:queue")
    try:
        together = moderation.decide_together(seen, form.decided(person))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("moderation:queue")
    if together.overtaken:
        return _overtaken(request, together.overtaken, together=together)
    return redirect(f"{reverse('moderation:queue')}?{urlencode({'done': together.batch})}")


@require_POST
def undo(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Take back what one click did."""
    together = moderation.undo(batch, moderator(request))
    if together.overtaken:
        return _overtaken(request, together.overtaken, together=together)
    number = len(together.done)
    message = ngettext(
        "Undone: {number} comment is as it was.",
        "Undone: {number} comments are as they were.",
        number,
    )
    messages.success(request, message.format(number=number))
    if together.told:
        told = ngettext(
            "{number} mail about it had left before.",
            "{number} mails about it had left before.",
            together.told,
        )
        messages.warning(request, told.format(number=together.told))
    if number == 1:
        return redirect("moderation:review", together.done[0].pk)
    return redirect("moderation:queue")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def numbers(request: HttpRequest) -> HttpResponse:
    """Show how long comments wait and how many there are, and what moderators agreed on."""
    moderator(request)
    form = RulesForm(request.POST or None, instance=Rules.current())
    status = HTTPStatus.OK
    if request.method == "POST":
        if form.is_valid():
            form.save()
            messages.success(request, _("Saved."))
            return redirect("moderation:figures")
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {"figures": figures(), "form": form}
    return render(request, "moderation/figures.html", context, status=status)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _ticked(request: HttpRequest) -> dict[int, int]:
    """Return the version of each comment that is ticked, as "42-3" says."""
    seen = {}
    for value in request.POST.getlist("comment")[:200]:
        pk, _dash, version = value.partition("-")
        if _is_number(pk) and _is_number(version):
            seen[int(pk)] = int(version)
    return seen


def _next(person: User, after: Comment | None, batch: UUID | None = None) -> HttpResponse:
    query = f"?{urlencode({'done': batch})}" if batch else ""
    found = moderation.hold_next(person, after) if may_moderate(person) else None
    if found:
        return redirect(reverse("moderation:review", args=[found.pk]) + query)
    if not may_moderate(person):
        return redirect("project_desk:index")
    return redirect(reverse("moderation:queue") + query)


def _refused(
    request: HttpRequest, comment: Comment, form: DecisionForm, status: HTTPStatus
) -> HttpResponse:
    return _review(request, comment, status=status, decision_form=form)


def _review(
    request: HttpRequest, comment: Comment, *, status: HTTPStatus = HTTPStatus.OK, **more: Any
) -> HttpResponse:
    context = {
        "desk": CommentAtDesk(comment, get_language()),
        "waiting": waiting_now(),
        "decision_form": DecisionForm(),
        "answer_form": AnswerForm(),
        **more,
    }
    return render(request, "moderation/review.html", context, status=status)


def _overtaken(
    request: HttpRequest, overtaken: list[moderation.OvertakenError], **more: Any
) -> HttpResponse:
    """Tell the second of two moderators what the first did: nothing of it was changed."""
    kept = more.pop("kept_text", "") or request.POST.get("text", "")
    context = {"overtaken": overtaken, "kept_text": kept, **more}
    return render(request, "moderation/overtaken.html", context, status=HTTPStatus.CONFLICT)
