"""A project lead's desk: everything that changes a project, for those who lead it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from projects import publishing
from projects.desk_forms import (
    PART_FORMS,
    HeardForm,
    ProjectFactsForm,
    ProjectTextsForm,
    TranslatedForm,
    UpdateForm,
    part_model,
)
from projects.models import Call, CallResponse, Milestone, Project, Update
from projects.pages import Reading, StatusPage, UpdatePart
from smartwiki.accounts.models import User
from smartwiki.accounts.policy import can
from smartwiki.audit import record
from smartwiki.spreadsheets import csv_response

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


def project_for_lead(request: HttpRequest, pk: int) -> Project:
    """Return a project that the person may change; raises Http404 and PermissionDenied."""
    project = get_object_or_404(Project, pk=pk)
    if not can(request.user, "project.edit", project):
        raise PermissionDenied
    return project


def person(request: HttpRequest) -> User:
    """Return who is signed in: `project_for_lead` has refused everybody else."""
    return cast(User, request.user)


@require_safe
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    if not can(request.user, "project.desk"):
        raise PermissionDenied
    projects = Project.objects.editable_by(request.user).latest_news_first()
    context = {"projects": sorted(projects, key=lambda project: not project.is_silent())}
    return render(request, "project_desk/index.html", context)


@require_safe
@never_cache
def project(request: HttpRequest, pk: int) -> HttpResponse:
    project = project_for_lead(request, pk)
    calls = project.calls.annotate(answers=Count("responses"))
    project._prefetched_objects_cache = {"calls": calls}  # type: ignore[attr-defined]
    leads = [person.name for person in project.leads.all()]
    page = StatusPage(project, get_language(), request.user, leads, timezone.now())
    return render(request, "project_desk/project.html", {"page": page})


@read_or_write
@never_cache
def texts(request: HttpRequest, pk: int) -> HttpResponse:
    project = project_for_lead(request, pk)
    form = ProjectTextsForm(request.user, request.POST or None, instance=project)
    if request.method == "POST" and form.is_valid():
        return _saved(request, form, project)
    return _form_page(request, form, project, _("Texts of the project"))


@read_or_write
@never_cache
def facts(request: HttpRequest, pk: int) -> HttpResponse:
    project = project_for_lead(request, pk)
    form = ProjectFactsForm(request.user, request.POST or None, instance=project)
    if request.method == "POST" and form.is_valid():
        return _saved(request, form, project)
    return _form_page(request, form, project, _("Facts of the project"))


@read_or_write
@never_cache
def new_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Write an update, look at it as often as one likes, and publish it."""
    project = project_for_lead(request, pk)
    update = Update(project=project, author_id=request.user.pk)
    form = UpdateForm(request.user, request.POST or None, instance=update)
    preview = None
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            preview = _preview(request, project, update)
        elif _publish(request, form, update):
            messages.success(request, _("The update is published."))
            return redirect("project_desk:project", project.pk)
    context = {"preview": preview, "can_preview": True}
    return _form_page(request, form, project, _("New update"), **context)


def _publish(request: HttpRequest, form: UpdateForm, update: Update) -> bool:
    """Publish an update and tell those from whose words it comes; all or nothing."""
    try:
        with transaction.atomic():
            publishing.publish_update(update, form.cleaned_data.get("milestones", ()))
            form.name_voices(person(request))
    except ValidationError as error:
        update.pk = None
        form.add_error("heard", error)
        return False
    return True


def _preview(request: HttpRequest, project: Project, update: Update) -> UpdatePart:
    update.render_texts()
    reading = Reading(project, get_language(), request.user)
    reading.__dict__["updates"] = [update]
    return UpdatePart(
        update,
        reading.words(update, "title"),
        reading.prose(update),
        reading.words(update, "reason"),
    )


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    project = project_for_lead(request, pk)
    publishing.confirm(project)
    messages.success(request, _("Thank you: the status is confirmed as of today."))
    return redirect("project_desk:project", project.pk)


@read_or_write
@never_cache
def part(request: HttpRequest, pk: int, kind: str, part_pk: int | None = None) -> HttpResponse:
    """Add or change an objective, a milestone or a call, or the words of an update."""
    project = project_for_lead(request, pk)
    if kind not in PART_FORMS or (kind == "update" and part_pk is None):
        raise Http404
    model = part_model(kind)
    instance = (
        get_object_or_404(model, project=project, pk=part_pk) if part_pk else model(project=project)
    )
    form = PART_FORMS[kind](request.user, request.POST or None, instance=instance)
    if request.method == "POST" and form.is_valid():
        try:
            return _saved(request, form, project)
        except ValidationError as error:  # a comment that is not there
            form.add_error("heard", error)
    title = {
        "objective": _("Objective"),
        "milestone": _("Milestone"),
        "call": _("Call for contribution"),
        "update": _("Words of an update"),
    }[kind]
    can_delete = part_pk is not None and kind != "update"  # the journal is history
    return _form_page(
        request, form, project, title, kind=kind, part=instance, can_delete=can_delete
    )


@require_POST
def delete_part(request: HttpRequest, pk: int, kind: str, part_pk: int) -> HttpResponse:
    project = project_for_lead(request, pk)
    if kind not in PART_FORMS or kind == "update":
        raise Http404
    found = get_object_or_404(part_model(kind), project=project, pk=part_pk)
    try:
        publishing.delete_part(found, person(request))
        messages.success(request, _("Deleted."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("project_desk:project", project.pk)


@require_POST
def tick(request: HttpRequest, pk: int, part_pk: int) -> HttpResponse:
    project = project_for_lead(request, pk)
    milestone = get_object_or_404(Milestone, project=project, pk=part_pk)
    publishing.tick(milestone, is_done=request.POST.get("done") == "1")
    return redirect("project_desk:project", project.pk)


@require_safe
@never_cache
def answers(request: HttpRequest, pk: int, part_pk: int) -> HttpResponse:
    call = call_for_team(request, pk, part_pk)
    page = Reading(call.project, get_language(), request.user)
    context = {
        "call": call,
        "project": call.project,
        "title": page.words(call, "title"),
        "answers": call.responses.all(),
    }
    return render(request, "project_desk/answers.html", context)


@require_POST
@never_cache
def answers_csv(request: HttpRequest, pk: int, part_pk: int) -> HttpResponse:
    """Hand out the answers; a POST, since the audit log notes who took people's words."""
    call = call_for_team(request, pk, part_pk)
    names = ["sent_at", "language", "name", "email", "message"]
    rows = [
        {
            "sent_at": timezone.localtime(answer.created_at).isoformat(timespec="seconds"),
            "language": answer.language,
            "name": answer.name,
            "email": answer.email,
            "message": answer.message,
        }
        for answer in call.responses.all()
    ]
    record(request.user, "answers.exported", call, rows=len(rows))
    return csv_response(names, rows, f"answers-{call.pk}.csv")


@require_POST
def delete_answer(request: HttpRequest, pk: int, part_pk: int, answer_pk: int) -> HttpResponse:
    call = call_for_team(request, pk, part_pk)
    answer = get_object_or_404(CallResponse, call=call, pk=answer_pk)
    publishing.delete_answer(answer, person(request))
    messages.success(request, _("The answer is deleted."))
    return redirect("project_desk:answers", pk, part_pk)


def call_for_team(request: HttpRequest, pk: int, call_pk: int) -> Call:
    """Return a call whose answers the person may read; raises as `project_for_lead`."""
    project = project_for_lead(request, pk)
    return get_object_or_404(Call.objects.select_related("project"), project=project, pk=call_pk)


def _saved(request: HttpRequest, form: Any, project: Project) -> HttpResponse:
    with transaction.atomic():
        publishing.save_form(form, project, person(request))
        if isinstance(form, HeardForm):
            form.name_voices(person(request))
    messages.success(request, _("Saved."))
    return redirect("project_desk:project", project.pk)


def _form_page(
    request: HttpRequest, form: Any, project: Project, title: str, **context: Any
) -> HttpResponse:
    """Show a form, with what is wrong beside each field and nothing lost."""
    context |= {
        "form": form,
        "project": project,
        "title": title,
        "is_translated": isinstance(form, TranslatedForm),
    }
    if isinstance(form, TranslatedForm) and form.rendered_columns:
        context["files"] = project.attachments.all()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "project_desk/form.html", context, status=status)
