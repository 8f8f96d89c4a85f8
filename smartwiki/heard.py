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
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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


class Voice(NamedTuple):
    """Something that somebody said, such as comment 42."""

    kind: str
    number: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.number}"


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


@transaction.atomic
def name_voices(
    result: Result, voices: Mapping[str, Iterable[int]], by: User, *, is_public: bool = True
) -> int:
    """Record that `result` came of exactly these voices, and tell the new ones; return how many.

    Whoever is named again is not told again. `is_public`: False for what waits for a decision: it
    tells nobody before `hand_on`. Raises ValidationError for voices that do not exist or that `by`
    may not name.
    """
    of_result = Outcome.objects.filter(result_kind=result.kind, result=result.number)
    present = {(row.voice_kind, row.voice): row.pk for row in of_result}
    wanted = {(kind, number) for kind, numbers in voices.items() for number in numbers}
    gone = [pk for voice, pk in present.items() if voice not in wanted]
    new: dict[str, list[int]] = defaultdict(list)
    for kind, number in sorted(wanted - present.keys()):
        new[kind].append(number)
    _refuse_unknown(new, by)
    of_result.filter(pk__in=gone).delete()
    Outcome.objects.bulk_create(
        Outcome(
            voice_kind=kind,
            voice=number,
            result_kind=result.kind,
            result=result.number,
            named_by=by,
        )
        for kind, numbers in new.items()
        for number in numbers
    )
    if is_public:
        _tell(new, result)
    if gone or new:
        ContentVersion.bump()
    return sum(map(len, new.values()))


@transaction.atomic
def hand_on(proposed: Result, result: Result) -> None:
    """Let `result` come of what was named for `proposed`, which became it; now people are told."""
    present = set(_named_for(result))
    voices: dict[str, list[int]] = defaultdict(list)
    for voice in _named_for(proposed):
        if voice not in present:
            voices[voice.kind].append(voice.number)
    rows = Outcome.objects.filter(result_kind=proposed.kind, result=proposed.number)
    for kind, numbers in voices.items():
        new = rows.filter(voice_kind=kind, voice__in=numbers)
        new.update(result_kind=result.kind, result=result.number)
    rows.delete()
    _tell(voices, result)


def forget(kind: str, number: int) -> None:
    """Say of no voice any more that something came of it: it is deleted, or was turned down."""
    Outcome.objects.filter(result_kind=kind, result=number).delete()


def _tell(voices: Mapping[str, Collection[int]], result: Result) -> None:
    for kind, numbers in voices.items():
        _voices[kind].tell(numbers, result)


def _refuse_unknown(voices: Mapping[str, Collection[int]], person: User) -> None:
    for kind, numbers in voices.items():
        unknown = set(numbers) - (
            _voices[kind].known(numbers, person) if kind in _voices else set()
        )
        if unknown:
            raise ValidationError(
                _("There is no published comment or answer with the number {numbers}.").format(
                    numbers=", ".join(map(str, sorted(unknown)))
                ),
                code="voice",
            )


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


def voices_of(results: Mapping[str, Collection[int]]) -> dict[tuple[str, int], list[Voice]]:
    """Return from which voices each of `results` (numbers by kind) comes (one query)."""
    wanted = Q(pk__in=[])
    for kind, numbers in results.items():
        wanted |= Q(result_kind=kind, result__in=numbers)
    found: dict[tuple[str, int], list[Voice]] = defaultdict(list)
    for row in Outcome.objects.filter(wanted).order_by("pk"):
        found[row.result_kind, row.result].append(Voice(row.voice_kind, row.voice))
    return dict(found)


def _named_for(result: Result) -> list[Voice]:
    return voices_of({result.kind: [result.number]}).get((result.kind, result.number), [])


def voices_heard(language: str) -> int:
    """Return of how many voices something came that everybody can read (a query for each kind)."""
    rows = list(Outcome.objects.values_list("voice_kind", "voice", "result_kind", "result"))
    results: dict[str, set[int]] = defaultdict(set)
    for _kind, _number, result_kind, result in rows:
        results[result_kind].add(result)
    shown = {
        (kind, number)
        for kind, numbers in results.items()
        if kind in _results
        for number in _results[kind](numbers, language, AnonymousUser())
    }
    return len({tuple(row[:2]) for row in rows if tuple(row[2:]) in shown})


def as_typed(voices: Iterable[Voice]) -> str:
    """Return voices as they stand in a `VoicesField`."""
    return ", ".join(map(str, voices))


class VoicesField(forms.CharField):
    """Where somebody says from what people said their work comes; its value is by kind."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Comes from what people said"),
            required=False,
            max_length=2000,
            help_text=gettext_lazy(
                "Paste links to comments, or numbers such as comment:42 or answer:7. Their authors "
                "are told, and the comments show what became of them."
            ),
        )

    def clean(self, value: Any) -> dict[str, list[int]]:
        return voices_in(super().clean(value))
