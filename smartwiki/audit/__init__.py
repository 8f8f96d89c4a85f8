"""The audit log: who did what, when, to which object. See docs/decisions/0041."""

from smartwiki.audit.events import register_events
from smartwiki.audit.recording import record

__all__ = ["record", "register_events"]
