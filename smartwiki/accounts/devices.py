"""Where a person is signed in, and signing out there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from smartwiki.accounts.models import User

# What a browser says of itself, most telling first: Edge also says Chrome, which says Safari.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Macintosh": "macOS",
    "Linux": "Linux",
}


@dataclass(frozen=True, slots=True)
class Device:
    """A browser in which a person is signed in; `name` is empty where it says nothing."""

    pk: int
    name: str
    address: str
    since: datetime
    is_this_one: bool


def devices_of(request: HttpRequest) -> list[Device]:
    """Return where the person is signed in, this browser first, then the latest."""
    sessions = list(UserSession.objects.filter(user=request.user.pk).order_by("-created_at"))
    alive = set(
        Session.objects.filter(
            session_key__in=[session.session_key for session in sessions],
            expire_date__gt=timezone.now(),
        ).values_list("session_key", flat=True)
    )
    devices = [
        Device(
            session.pk,
            name_of(session.user_agent),
            session.ip,
            session.created_at,
            session.session_key == request.session.session_key,
        )
        for session in sessions
        if session.session_key in alive
    ]
    return sorted(devices, key=lambda device: not device.is_this_one)


def elsewhere(request: HttpRequest, person: User) -> QuerySet[UserSession]:
    """Return a person's sessions other than the present one."""
    own: QuerySet[UserSession] = UserSession.objects.filter(user=person)
    return own.exclude(session_key=request.session.session_key)


def end(sessions: QuerySet[UserSession]) -> None:
    """Sign out in each of `sessions`."""
    with transaction.atomic():
        keys = list(sessions.values_list("session_key", flat=True))
        Session.objects.filter(session_key__in=keys).delete()
        sessions.delete()


def name_of(user_agent: str) -> str:
    """Return what a person calls the browser, such as "Firefox, Android"."""
    browser = next((name for sign, name in BROWSERS.items() if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)
