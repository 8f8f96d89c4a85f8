"""Ending it with one click, from a mail program or from paper (RFC 8058)."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from smartwiki.notify import following
from smartwiki.notify.announcing import person_of
from smartwiki.notify.models import Follower, Subscription
from smartwiki.spam import is_within_limit

WRONG_CODES_AN_HOUR = 20  # from one address
WORK = "work"


@dataclass(slots=True)
class Stop:
    """What a code ends: one subscription, or a follower's digest of one rhythm."""

    follower: Follower
    what: str
    subscription: Subscription | None = None

    def do(self) -> None:
        """End it; twice is the same as once."""
        if self.subscription:
            self.subscription.delete()
        elif self.what == WORK:
            Follower.objects.filter(pk=self.follower.pk).update(work=Follower.Digest.NEVER)
        else:
            self.follower.subscriptions.filter(rhythm=self.what).delete()


# Without a token: the code is the permission, and mail programs send the POST, which can have
# no cookie and no token (RFC 8058). Whoever has the code could as well press the button.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def stop(request: HttpRequest, code: str, what: str = "") -> HttpResponse:
    """Show a button, and end it when that is pressed; a GET changes nothing."""
    found = _find(_tidy(code), what)
    if found is None:
        if not is_within_limit(request, "stop", limit=WRONG_CODES_AN_HOUR, seconds=3600):
            return render(request, "follow/wrong_code.html", status=HTTPStatus.TOO_MANY_REQUESTS)
        raise Http404
    with translation.override(found.follower.language):
        context = {"stop": found, "card": _card(found), "noindex": True}
        if request.method == "POST":
            found.do()
            return render(request, "follow/stopped.html", context)
        return render(request, "follow/stop.html", context)


def _find(code: str, what: str) -> Stop | None:
    if what:
        if what not in (Subscription.Rhythm.DAILY, Subscription.Rhythm.WEEKLY, WORK):
            return None
        follower = Follower.objects.filter(code=code).first()
        return Stop(follower, what) if follower else None
    found = Subscription.objects.select_related("follower__user").filter(code=code).first()
    return Stop(found.follower, what, found) if found else None


def _tidy(code: str) -> str:
    """Return a code as it was made: who types it may use capitals, hyphens or none."""
    return code.lower().replace("-", "")


def _card(found: Stop) -> following.Card | None:
    if found.subscription is None:
        return None
    person = person_of(found.follower)
    return following.card_of(found.subscription.topic, found.follower.language, person)
