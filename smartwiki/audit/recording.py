"""Writing into the audit log."""

from __future__ import annotations

from contextvars import ContextVar
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import models

from smartwiki.audit.events import EVENTS
from smartwiki.spam import address_from

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person

Fact = str | int | bool | None | list[str] | list[int]
LONGEST = 200  # characters of a label or of a fact

# What must never be kept, whatever it holds: secrets, and what people write.
REFUSED = {"password", "secret", "token", "cookie", "session", "text", "message", "body", "email"}

# The WSGI environment of the request that this thread is answering (see `apps`).
current_environ: ContextVar[dict[str, Any] | None] = ContextVar("current_environ", default=None)


def record(
    actor: Person | None, event: str, obj: models.Model | None = None, **facts: Fact
) -> None:
    """Note that `actor` (None: the site itself, or nobody known) did `event` to `obj`.

    To be called inside the transaction that does it, so that both happen or neither, and before
    `obj` is deleted. Of the object its kind and number are kept, and what its `audit_label()`
    returns where it has one: never a text, nor the name of a person. `facts` say what more there
    is to know, such as `role="editor"`. The shortened address is that of the present request.

    Raises ValueError for an event that no app registered, and for a fact that may not be kept.
    """
    from smartwiki.audit.models import Entry

    if event not in EVENTS:
        raise ValueError(f"{event!r} is not registered: see smartwiki.audit.events.")
    if refused := REFUSED.intersection(facts):
        raise ValueError(f"The audit log never keeps {', '.join(sorted(refused))}.")
    environ = current_environ.get()
    Entry.objects.create(
        actor=actor.pk if actor is not None else None,
        event=event,
        kind=obj._meta.label_lower if obj is not None else "",
        key=str(obj.pk) if obj is not None else "",
        label=_label(obj),
        facts={name: _short(value) for name, value in facts.items()},
        address=shortened(address_from(environ)) if environ else "",
    )


def _label(obj: models.Model | None) -> str:
    if obj is None or isinstance(obj, get_user_model()) or not hasattr(obj, "audit_label"):
        return ""
    return str(obj.audit_label())[:LONGEST]


def _short(value: Fact) -> Fact:
    return value[:LONGEST] if isinstance(value, str) else value


def shortened(address: str) -> str:
    """Return the network that an address belongs to: /24 of IPv4, /48 of IPv6, "" of neither."""
    try:
        known = ip_address(address)
    except ValueError:
        return ""
    if isinstance(known, IPv6Address) and known.ipv4_mapped:
        known = known.ipv4_mapped
    prefix = 24 if known.version == 4 else 48
    return str(ip_network(f"{known}/{prefix}", strict=False))
