"""Forms of the editors' desk."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.models import Guide
from smartwiki.accounts.models import User

INTERVALS = [
    ("", _("Never")),
    (1, _("every month")),
    (3, _("every 3 months")),
    (6, _("every 6 months")),
    (12, _("every year")),
    (24, _("every 2 years")),
]


class PlanForm(forms.Form):
    """Who answers for a guide, how often, and how settled its subject is."""

    owner = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who looks after it"),
        required=False,
        empty_label=_("Nobody yet"),
    )
    review_every = forms.TypedChoiceField(
        label=_("Look at it again"), choices=INTERVALS, required=False, coerce=int, empty_value=None
    )
    standing = forms.ChoiceField(
        label=_("The subject is"),
        required=False,
        choices=[
            ("", _("settled: no notice")),
            ("contested", _("contested: readers are told that people disagree")),
            ("changing", _("changing: readers are told that the rules will change")),
        ],
    )

    def __init__(self, sent: Any = None, *, guide: Guide) -> None:
        names = ("owner", "review_every", "standing")
        super().__init__(sent, initial={name: getattr(guide, name) for name in names})
        owner = cast("forms.ModelChoiceField[User]", self.fields["owner"])
        owner.queryset = User.objects.editors(or_also=guide.owner_id or 0)
        every = cast(forms.TypedChoiceField, self.fields["review_every"])
        if guide.review_every and guide.review_every not in dict(INTERVALS):
            own = (guide.review_every, _("every {number} months").format(number=guide.review_every))
            every.choices = [*INTERVALS, own]
