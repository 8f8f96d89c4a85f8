"""Links by number, such as `guide:42`: kept in the text, resolved for each reader.

An app says once (in `AppConfig.ready`) who knows where its numbers lead:
`register_reference("guide", guide_targets)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING, NamedTuple, Protocol

from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from smartwiki.accounts.policy import Person


class Target(NamedTuple):
    """Where a reference leads a reader; `language` only when it differs from the reader's."""

    url: str
    title: str
    language: str = ""
    picture: Mapping[str, str] | None = None  # attributes of <img>, where the target is a picture


Targets = Mapping[int, Target]


class Resolver(Protocol):
    def __call__(self, numbers: Iterable[int], language: str, person: Person) -> Targets:
        """Return the targets that `person` may see, for a reader of `language`."""
        ...


_resolvers: dict[str, Resolver] = {}
_finders: dict[str, Callable[[str], int | None]] = {}

_REFERENCE = re.compile(
    r'<a (?P<before>[^<>]*?)href="(?P<scheme>[a-z]+):(?P<number>\d{1,18})(?P<anchor>#[^"<>]*)?"'
    r"(?P<after>[^<>]*)>(?P<text>.*?)</a>",
    re.DOTALL,
)
_PICTURE = re.compile(
    r'<img(?P<before>(?: [a-z-]+="[^"]*")*?) src="(?P<scheme>[a-z]+):(?P<number>\d{1,18})"'
    r'(?P<after>(?: [a-z-]+="[^"]*")*)>'
)
_ALT = re.compile(r' alt="([^"]*)"')


def register_reference(
    scheme: str, resolver: Resolver, number_at: Callable[[str], int | None] | None = None
) -> None:
    """Let texts link to `scheme:number`; `number_at` tells the number of a page's address."""
    _resolvers[scheme] = resolver
    if number_at is not None:
        _finders[scheme] = number_at


def number_at(scheme: str, address: str) -> int | None:
    """Return the number of what stands at a page's address, if it is one of `scheme`."""
    return _finders[scheme](address) if scheme in _finders else None


def references_in(html: str) -> dict[str, list[int]]:
    """Return the numbers that rendered HTML links to, by scheme."""
    found: dict[str, set[int]] = {}
    for match in (*_REFERENCE.finditer(html), *_PICTURE.finditer(html)):
        if match["scheme"] in _resolvers:
            found.setdefault(match["scheme"], set()).add(int(match["number"]))
    return {scheme: sorted(numbers) for scheme, numbers in found.items()}


def targets_of(
    references: Mapping[str, Iterable[int]], language: str, person: Person
) -> dict[str, Targets]:
    """Ask each app where its numbers lead; one query an app."""
    return {
        scheme: _resolvers[scheme](numbers, language, person)
        for scheme, numbers in references.items()
        if scheme in _resolvers
    }


def unknown_in(references: Mapping[str, Iterable[int]], language: str, person: Person) -> list[str]:
    """Return those of a text's references that lead `person` nowhere, as they are written."""
    targets = targets_of(references, language, person)
    return [
        f"{scheme}:{number}"
        for scheme, numbers in references.items()
        for number in numbers
        if number not in targets[scheme]
    ]


def resolve(html: str, targets: Mapping[str, Targets]) -> SafeString:
    """Return rendered HTML with its references as real links.

    A link without text gets the target's title, and so does a picture without a description.
    What the reader may not see, or what is gone, stays as text without a link.
    """

    def link(match: re.Match[str]) -> str:
        if match["scheme"] not in _resolvers:
            return match[0]
        target = targets.get(match["scheme"], {}).get(int(match["number"]))
        if target is None:
            return f'<span class="link-unavailable">{match["text"]}</span>'
        language = f' hreflang="{escape(target.language)}"' if target.language else ""
        return (
            f'<a {match["before"]}href="{escape(target.url)}{match["anchor"] or ""}"'
            f"{language}{match['after']}>{match['text'] or escape(target.title)}</a>"
        )

    def picture(match: re.Match[str]) -> str:
        if match["scheme"] not in _resolvers:
            return match[0]
        target = targets.get(match["scheme"], {}).get(int(match["number"]))
        others = match["before"] + match["after"]
        alt = _ALT.search(others)
        words = alt[1] if alt and alt[1] else ""
        if target is None or target.picture is None:
            return f'<span class="link-unavailable">{words}</span>' if words else ""
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in target.picture.items())
        return (
            f'<img src="{escape(target.url)}" alt="{words or escape(target.title)}"'
            f'{attributes} loading="lazy">'
        )

    # Safe: `html` comes out of the sanitiser, and what is put in is escaped.
    return mark_safe(_PICTURE.sub(picture, _REFERENCE.sub(link, html)))  # noqa: S308
