"""Following, for readers: begin, confirm, and what one follows."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from smartwiki.accounts.models import User
from smartwiki.notify import following
from smartwiki.notify.announcing import person_of
from smartwiki.notify.following import Card
from smartwiki.notify.forms import FollowerForm, RhythmForm, VisitorForm
from smartwiki.notify.models import Follower, Subscription
from smartwiki.spam import is_within_limit

ASKED_AN_HOUR = 10  # from one address; an office may share one

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
@never_cache
def follow(request: HttpRequest, topic: str) -> HttpResponse:
    """Follow something: members at once, visitors once their address has confirmed it."""
    card = card_for_reader(request, topic)
    if isinstance(request.user, User):
        return _as_member(request, request.user, topic, card)
    form = VisitorForm(request.POST or None, initial={"language": get_language()})
    is_posted = request.method == "POST"
    if is_posted and form.is_valid() and _is_within_limit(request, form) and _asked(form, topic):
        return redirect("follow:asked", topic)
    context = _context(topic, card, form=form, wider=_wider(request, card))
    context["sign_in_url"] = f"{reverse('account_login')}?next={request.path}"
    return render(request, "follow/visitor.html", context, status=_status_of(form))


@require_safe
@never_cache
def asked(request: HttpRequest, topic: str) -> HttpResponse:
    """Say that a mail is on its way."""
    return render(request, "follow/asked.html", _context(topic, card_for_reader(request, topic)))


@require_POST
def stop(request: HttpRequest, topic: str) -> HttpResponse:
    """End it, for a person with an account."""
    if not isinstance(request.user, User):
        return redirect("account_login")
    following.unfollow(request.user, topic)
    messages.success(request, _("You no longer follow this."))
    card = following.card_of(topic, get_language(), request.user)
    return redirect(card.url if card else "follow:mine")


@read_or_write
@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask before anything is written: programs that look at mails open links too."""
    try:
        subscription, _asked = following.asked_for(token)
    except (signing.BadSignature, Subscription.DoesNotExist):
        return render(request, "follow/old_link.html", {"noindex": True}, status=HTTPStatus.GONE)
    person = person_of(subscription.follower)
    card = following.card_of(subscription.topic, get_language(), person)
    if card is None:
        raise Http404
    context = _context(subscription.topic, card)
    if request.method == "POST":
        subscription = following.confirm(token)
        return render(request, "follow/confirmed.html", context | {"subscription": subscription})
    return render(request, "follow/confirm.html", context)


@login_required
@read_or_write
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """Show and change what a person follows, how often they hear of it, and in which language."""
    user = _user(request)
    follower = Follower.objects.filter(user=user).first() or Follower(
        user=user, language=user.language
    )
    own = list(following.subscriptions_of(user))
    posted = request.POST if request.method == "POST" else None
    form = FollowerForm(posted, instance=follower)
    rhythms = [RhythmForm(each, posted) for each in own]
    if posted is not None and form.is_valid() and all(each.is_valid() for each in rhythms):
        form.save()
        for each in rhythms:
            each.save()
        messages.success(request, _("Saved."))
        return redirect("follow:mine")
    language = get_language()
    rows = [(each, following.card_of(each.subscription.topic, language, user)) for each in rhythms]
    context = {"form": form, "rows": rows, "noindex": True}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if posted is not None else HTTPStatus.OK
    return render(request, "follow/mine.html", context, status=status)


def card_for_reader(request: HttpRequest, topic: str) -> Card:
    """Return what a topic is for the person who asks; raises Http404 when they may not read it."""
    card = following.card_of(topic, get_language(), request.user)
    if card is None:
        raise Http404
    return card


def _as_member(request: HttpRequest, user: User, topic: str, card: Card) -> HttpResponse:
    if request.method != "POST":
        own = following.subscriptions_of(user).filter(topic=topic).first()
        return render(
            request,
            "follow/member.html",
            _context(topic, card, subscription=own, wider=_wider(request, card)),
        )
    rhythm = request.POST.get("rhythm", Subscription.Rhythm.AT_ONCE)
    if rhythm not in Subscription.Rhythm.values:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    try:
        following.follow(user, topic, rhythm)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("You follow this now. We write to you when something happens."))
    return redirect(card.url)


def _asked(form: VisitorForm, topic: str) -> bool:
    wish = form.cleaned_data
    try:
        following.ask_to_follow(wish["email"], topic, wish["rhythm"], wish["language"])
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _is_within_limit(request: HttpRequest, form: VisitorForm) -> bool:
    if is_within_limit(request, "follow", limit=ASKED_AN_HOUR, seconds=3600):
        return True
    too_many = _("Many mails were asked for from here. Please try again in an hour.")
    form.add_error(None, ValidationError(too_many, code="too_many"))
    return False


def _wider(request: HttpRequest, card: Card) -> list[tuple[str, Card]]:
    """Return what contains it and can be followed as a whole."""
    found = [
        (topic, following.card_of(topic, get_language(), request.user)) for topic in card.wider
    ]
    return [(topic, each) for topic, each in found if each]


def _status_of(form: VisitorForm) -> HTTPStatus:
    if form.has_error(NON_FIELD_ERRORS, "too_many"):
        return HTTPStatus.TOO_MANY_REQUESTS
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _context(topic: str, card: Card, **more: Any) -> dict[str, Any]:
    return {"topic": topic, "card": card, "noindex": True, **more}


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user
