"""Choosing the place of a guide: few places at once, found by words of their titles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles import access, permissions
from articles.models import MAX_DEPTH, Guide, Translation
from articles.navigation import ByLanguage, group_by_guide
from smartwiki.languages import best

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from smartwiki.accounts.policy import Person

OFFERED = 10  # places at once, beside the one that is chosen
FIND = "find-place"  # the button that looks for places, named "do"
TOPIC = "topic"  # instead of a guide's number: below no other


def allowed(person: Person) -> QuerySet[Guide]:
    """Return the guides below which `person` may put another."""
    widest = permissions.audience_of(person)
    return Guide.objects.present().filter(depth__lt=MAX_DEPTH, audience__lte=widest)


def places(
    person: Person,
    language: str,
    words: str = "",
    *,
    moved: int | None = None,
    chosen: int | None = None,
) -> list[tuple[str, str]]:
    """Return places by number, with all that is above each: those with `words` in their titles.

    Without words the topics. `moved`: leave out this guide and all below it. `chosen` comes first,
    whatever the words (three queries).
    """
    widest = permissions.audience_of(person)
    texts = Translation.objects.filter(guide__deleted_at=None, guide__audience__lte=widest)
    texts = texts.in_language_or_source(language).select_related("guide").with_ancestors()
    found = texts.with_words_in_title(words) if words.strip() else texts.down_to(0)
    found = found.filter(guide__depth__lt=MAX_DEPTH)
    if moved:
        found = found.exclude(_below(moved))
    ordered = found.order_by("guide__depth", "guide__position", "title")[: 2 * OFFERED]
    grouped = group_by_guide(texts.filter(guide=chosen)) if chosen else {}
    for number, by_language in list(group_by_guide(ordered).items())[:OFFERED]:
        grouped.setdefault(number, by_language)
    above = {pk for each in grouped.values() for pk in next(iter(each.values())).ancestor_ids}
    known = grouped
    if above - grouped.keys():
        names = Translation.objects.filter(guide__in=above - grouped.keys())
        names = names.in_language_or_source(language).select_related("guide")
        known = grouped | group_by_guide(names)
    return [(str(pk), _named(each, known, language)) for pk, each in grouped.items()]


def _below(guide: int) -> Q:
    """Match texts of a guide and of all below it, which is few levels."""
    below = Q(guide=guide)
    for level in range(1, MAX_DEPTH + 1):
        below |= Q(**{"guide" + "__parent" * level: guide})
    return below


def _named(by_language: ByLanguage, known: dict[int, ByLanguage], language: str) -> str:
    above = next(iter(by_language.values())).ancestor_ids
    trail = [*(known[each] for each in above if each in known), by_language]
    titles = (best(each, language, _source(each)).title for each in trail)
    return " › ".join(titles)


def _source(by_language: ByLanguage) -> str:
    return next(iter(by_language.values())).guide.source_language


class PlaceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A place that somebody has to choose, so that no guide becomes a topic unawares."""

    default_error_messages = {
        "required": _("Choose where the guide belongs."),
        "invalid_choice": _("This place is not there any more. Choose another."),
    }

    def clean(self, value: Any) -> Guide | None:
        return None if value == TOPIC else super().clean(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "") != str(data or "")


class WhereForm(forms.Form):
    """A form that asks for a `parent`, found by `place_words`."""

    parent = PlaceField(Guide.objects.none(), label=_("Place"), widget=forms.RadioSelect)
    place_words = forms.CharField(
        label=_("Find a place by words of its title"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def offer_places(self, person: Person, language: str, moved: int | None = None) -> None:
        """Offer the places with the words that were typed, and the one that is chosen."""
        field = cast(PlaceField, self.fields["parent"])
        field.queryset = allowed(person)

        def choices() -> list[tuple[str, str]]:
            words, chosen = (str(self[name].value() or "") for name in ("place_words", "parent"))
            found = places(person, language, words, moved=moved, chosen=_number(chosen))
            return [(TOPIC, gettext("A topic of its own")), *found]

        field.choices = choices


@never_cache
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Return the radio buttons of the places that have the words typed so far."""
    person = access.editor(request)
    form = WhereForm(initial=request.GET.dict())
    moved = _number(request.GET.get("guide", ""))
    form.offer_places(person, str(request.LANGUAGE_CODE), moved)
    return render(request, "articles/_places.html", {"field": form["parent"]})


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
