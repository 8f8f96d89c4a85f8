"""You said, we did: what became of what people said, without one app knowing another.

An app says once (in `AppConfig.ready`) what its people's voices are, and what may come of them:
`register_voices("comment", CommentVoices())`, `register_results("update", update_targets)`.
See docs/decisions/0031-you-said-we-did.md.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from smartwiki.markdown.references import Resolver, Target
from smartwiki.models import ContentVersion, Outcome

if TYPE_CHECKING:
    from smartwiki.accounts.models import User
    from smartwiki.accounts.policy import Person


@dataclass(frozen=True, slots=True)
class Result:
    """Something that came of what people said, such as an update."""

    kind: str
    number: int

    def target_for(self, language: str, person: Person) -> Target | None:
        """Return its title and path; None for who may not read it."""
        return _results[self.kind]([self.number], language, person).get(self.number)


class Voices(Protocol):
    """One kind of what people say, such as comments."""

    def known(self, numbers: Collection[int], person: User) -> set[int]:
        """Return those of `numbers` that exist and that `person` may name."""
        ...

    def tell(self, numbers: Collection[int], result: Result) -> None:
        """Tell their authors what became of them; part of the caller's transaction."""
        ...


_voices: dict[str, Voices] = {}
_results: dict[str, Resolver] = {}


def register_voices(kind: str, voices: Voices) -> None:
    """Let results name voices as `kind:number`."""
    _voices[kind] = voices


def register_results(kind: str, resolver: Resolver) -> None:
    """Let `kind` come of what people said; `resolver` says where it is read, and by whom."""
    _results[kind] = resolver


def voices_in(text: str) -> dict[str, list[int]]:
    """Return the voices that somebody typed or pasted: `comment:42`, `…/42/#comment-42`, `42`.

    A bare number is of the kind that was registered first. Raises ValidationError for what can
    be no voice.
    """
    kinds = "|".join(map(re.escape, _voices))
    found: dict[str, list[int]] = defaultdict(list)
    for word in re.split(r"[\s,;]+", text):
        match = re.fullmatch(rf"(?:.*#)?(?:({kinds})[:-])?(\d{{1,18}})", word)
        if match:
            found[match[1] or next(iter(_voices))].append(int(match[2]))
        elif word:
            raise ValidationError(
                _("“{word}” is neither a link to a comment nor its number.").format(
                    word=word[:100]
                ),
                code="voice",
            )
    return dict(found)


def refuse_unknown(voices: Mapping[str, Iterable[int]], person: User) -> None:
    """Raise ValidationError for voices that do not exist or that `person` may not name."""
    for kind, numbers in voices.items():
        wanted = set(numbers)
        unknown = wanted - (_voices[kind].known(wanted, person) if kind in _voices else set())
        if unknown:
            raise ValidationError(
                _("There is no published comment or answer with the number {numbers}.").format(
                    numbers=", ".join(map(str, sorted(unknown)))
                ),
                code="voice",
            )


@transaction.atomic
def name_voices(result: Result, voices: Mapping[str, Iterable[int]], by: User) -> int:
    """Record that `result` came of what people said, and tell them; return how many are new.

    Naming somebody twice tells them once. Raises ValidationError as `refuse_unknown`.
    """
    refuse_unknown(voices, by)
    told = 0
    for kind, numbers in voices.items():
        of_result = Outcome.objects.filter(
            voice_kind=kind, result_kind=result.kind, result=result.number
        )
        new = sorted(set(numbers) - set(of_result.values_list("voice", flat=True)))
        Outcome.objects.bulk_create(
            (
                Outcome(
                    voice_kind=kind,
                    voice=number,
                    result_kind=result.kind,
                    result=result.number,
                    named_by=by,
                )
                for number in new
            ),
            ignore_conflicts=True,
        )
        _voices[kind].tell(new, result)
        told += len(new)
    if told:
        ContentVersion.bump()
    return told


def outcomes_of(
    kind: str, numbers: Collection[int], language: str, person: Person
) -> dict[int, list[Target]]:
    """Return what became of voices, as far as `person` may read it (a query for each kind)."""
    rows = list(Outcome.objects.filter(voice_kind=kind, voice__in=numbers).order_by("pk"))
    results: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        results[row.result_kind].add(row.result)
    targets = {
        each: _results[each](wanted, language, person)
        for each, wanted in results.items()
        if each in _results
    }
    found: dict[int, list[Target]] = defaultdict(list)
    for row in rows:
        target = targets.get(row.result_kind, {}).get(row.result)
        if target:
            found[row.voice].append(target)
    return dict(found)


def voices_of(kind: str, numbers: Collection[int]) -> dict[int, dict[str, list[int]]]:
    """Return from which voices results come, by kind (one query)."""
    found: dict[int, dict[str, list[int]]] = {}
    for row in Outcome.objects.filter(result_kind=kind, result__in=numbers).order_by("pk"):
        found.setdefault(row.result, {}).setdefault(row.voice_kind, []).append(row.voice)
    return found


def voices_heard() -> int:
    """Return of how many voices something came (one query)."""
    return Outcome.objects.values("voice_kind", "voice").distinct().count()
