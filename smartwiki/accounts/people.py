"""For administrators: who has an account, which roles they hold, and inviting others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from smartwiki.accounts import invitations, roles
from smartwiki.accounts.access import administrator, asks_again
from smartwiki.accounts.forms_people import InvitationForm, RoleForm
from smartwiki.accounts.models import Invitation, User
from smartwiki.spelling import has_word

ON_A_PAGE = 50


class Facts(Protocol):
    def __call__(self, person: User) -> list[tuple[str, str]]:
        """Return (title, path) of what a person answers for, such as the projects they lead."""
        ...


_facts: list[Facts] = []


def register_facts(facts: Facts) -> None:
    """Show more of a person on their page."""
    if facts not in _facts:
        _facts.append(facts)


@never_cache
@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List everybody, or those whose name or address holds the words that are looked for."""
    administrator(request)
    words = request.GET.get("q", "").replace("\0", " ").split()[:5]
    found = User.objects.prefetch_related("grants").order_by("name", "pk")
    for word in words:
        found = found.filter(has_word("name", word[:100]) | Q(email__icontains=word[:100]))
    context = {
        "page": _pages(found, bool(words)).get_page(request.GET.get("page")),
        "words": " ".join(words),
        "invitations": Invitation.objects.waiting().order_by("-invited_at")[:ON_A_PAGE],
    }
    return render(request, "accounts/people.html", context)


def _pages(found: QuerySet[User], is_search: bool) -> Paginator[User]:
    """Few that are found are not counted: that would look through all people once more."""
    if is_search and len(first := list(found[: ON_A_PAGE + 1])) <= ON_A_PAGE:
        return Paginator(first, ON_A_PAGE)
    return Paginator(found, ON_A_PAGE)


@never_cache
@login_required
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one person: roles, who gave them when, and what they lead."""
    administrator(request)
    found = get_object_or_404(User, pk=pk)
    return _person_page(request, found, RoleForm())


def _person_page(
    request: HttpRequest, found: User, form: RoleForm, status: int = 200
) -> HttpResponse:
    grants = found.grants.select_related("granted_by").order_by("role", "language")
    context = {
        "person": found,
        "grants": grants,
        "form": form,
        "facts": [fact for facts in _facts for fact in facts(found)],
    }
    return render(request, "accounts/person.html", context, status=status)


@login_required
@require_POST
@asks_again
def give_role(request: HttpRequest, pk: int) -> HttpResponse:
    by, found = administrator(request), get_object_or_404(User, pk=pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _person_page(request, found, form, status=422)
    roles.give(found, form.cleaned_data["role"], form.cleaned_data["language"], by=by)
    messages.success(request, _("{name} has the role now.").format(name=found.name))
    return redirect("accounts:person", pk)


@login_required
@require_POST
@asks_again
def take_role(request: HttpRequest, pk: int) -> HttpResponse:
    by, found = administrator(request), get_object_or_404(User, pk=pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise Http404
    role, language = form.cleaned_data["role"], form.cleaned_data["language"]
    done = _("{name} no longer has the role.").format(name=found.name)
    return _try(request, found, lambda: roles.take(found, role, language, by=by), done)


@login_required
@require_POST
@asks_again
def close(request: HttpRequest, pk: int) -> HttpResponse:
    by, found = administrator(request), get_object_or_404(User, pk=pk)
    return _try(request, found, lambda: roles.close(found, by=by), _("The account is closed."))


@login_required
@require_POST
@asks_again
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    by, found = administrator(request), get_object_or_404(User, pk=pk)
    return _try(request, found, lambda: roles.reopen(found, by=by), _("The account is open again."))


def _try(request: HttpRequest, found: User, do: Callable[[], None], done: str) -> HttpResponse:
    try:
        do()
        messages.success(request, done)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("accounts:person", found.pk)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@asks_again
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody, with a role or as a member."""
    by = administrator(request)
    form = InvitationForm(request.POST or None, initial={"language": request.LANGUAGE_CODE})
    if request.method == "POST" and form.is_valid():
        try:
            sent = invitations.invite(form.save(commit=False), by=by)
            messages.success(
                request, _("The invitation to {email} is on its way.").format(email=sent.email)
            )
            return redirect("accounts:people")
        except ValidationError as error:
            form.add_error("email", error)
    status = 422 if form.errors else 200
    return render(request, "accounts/invite.html", {"form": form}, status=status)


@login_required
@require_POST
def withdraw_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    administrator(request)
    get_object_or_404(Invitation.objects.waiting(), pk=pk).delete()
    messages.success(request, _("The invitation no longer counts."))
    return redirect("accounts:people")
