"""Parts of the home page that an app brings, without the home page knowing the app.

An app says once (in `AppConfig.ready`) what it shows there: `register_home_section(provider)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person


@dataclass(frozen=True, slots=True)
class HomeSection:
    """A template, what it shows (as `section`), and until when that is true (None: for ever)."""

    template: str
    content: Any
    until: datetime | None = None


class Provider(Protocol):
    def __call__(self, language: str, person: Person) -> HomeSection:
        """Return a section for a reader; its template may show nothing."""
        ...


_providers: list[Provider] = []


def register_home_section(provider: Provider) -> None:
    """Show a section on the home page, after those that were registered before."""
    if provider not in _providers:
        _providers.append(provider)


def home_sections(language: str, person: Person) -> list[HomeSection]:
    """Ask each app for its section."""
    return [provider(language, person) for provider in _providers]
