"""Files of projects: the desk's list of them, and the files themselves."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from projects.desk_views import project_for_lead, read_or_write
from projects.models import Attachment, Project
from smartwiki.files import keeping
from smartwiki.files.views import row_of, sent_descriptions, sent_file, sent_number, serve


@read_or_write
@never_cache
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """List a project's files, and add one."""
    project = project_for_lead(request, pk)
    alt, problem = request.POST.get("alt", "").replace("\0", ""), ""
    if request.method == "POST":
        try:
            _add(request, project, alt)
            return redirect("project_desk:files", project.pk)
        except ValidationError as error:
            problem = " ".join(error.messages)
    context = {
        "project": project,
        "rows": [row_of(each) for each in project.attachments.all()],
        "alt": alt,
        "problem": problem,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return render(request, "project_desk/files.html", context, status=status)


def _add(request: HttpRequest, project: Project, alt: str) -> None:
    file = Attachment(project=project, added_by_id=request.user.pk)
    keeping.keep(file, sent_file(request), language=get_language(), alt=alt)
    messages.success(
        request,
        _("The file is added. To show it, write {words} in a text.").format(words=file.as_text),
    )


@require_POST
def describe(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a file shows."""
    project = project_for_lead(request, pk)
    file = get_object_or_404(project.attachments, pk=sent_number(request))
    try:
        keeping.describe(file, sent_descriptions(request))
        messages.success(request, _("The descriptions are saved."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("project_desk:files", project.pk)


@require_safe
def picture(request: HttpRequest, pk: int, width: int, name: str) -> HttpResponseBase:
    """Serve a picture at one of its widths to who may read its project."""
    found = _readable(request, pk, name)
    return serve(request, found, width, is_public=found.project.is_published)


@require_safe
def document(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """Serve a document for download to who may read its project."""
    found = _readable(request, pk, name)
    return serve(request, found, is_public=found.project.is_published)


def _readable(request: HttpRequest, pk: int, name: str) -> Attachment:
    readable = Attachment.objects.readable_by(request.user).select_related("project")
    found: Attachment = get_object_or_404(readable, pk=pk, filename=name)
    return found
