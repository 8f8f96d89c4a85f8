"""The editor's form: of an existing text, and of a new guide."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from articles import permissions, publishing
from articles.models import Audience, Draft, Guide, RevisionInfo, Translation, validate_slug
from articles.slugs import slug_from
from articles.writing.where import TOPIC, WhereForm
from smartwiki.accounts.models import User
from smartwiki.heard import VoicesField, as_typed, voices_of
from smartwiki.languages import language_choices

MAX_TEXT = 200_000  # characters: forty times a long guide, and still shown within a second

SIGNIFICANCE = [
    ("typo", _("A correction: spelling, layout. Translations stay up to date.")),
    (
        "minor",
        _("A change: something is new or said differently. Translators are asked to follow."),
    ),
    (
        "major",
        _("An important change: the old text misleads. Translations are marked."),
    ),
]


class TextForm(forms.Form):
    """A text of a guide in one language; reusable wherever a text is written."""

    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        error_messages={"required": _("Give the text a title.")},
    )
    slug = forms.CharField(
        label=_("Address"),
        max_length=100,
        required=False,
        validators=[validate_slug],
        show_hidden_initial=True,
        help_text=_("The end of the page's address. Old addresses keep working."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    summary = forms.CharField(
        label=_("Summary"),
        max_length=300,
        required=False,
        help_text=_("One or two sentences, shown under the title and in lists."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=MAX_TEXT,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true"}),
        error_messages={
            "max_length": _(
                "The text is too long: %(show_value)d characters of at most %(limit_value)d. "
                "Divide it over several guides."
            )
        },
    )
    message = forms.CharField(
        label=_("What did you change?"),
        max_length=200,
        required=False,
        help_text=_("A few words for the history, such as “new amount for 2026”."),
    )
    significance = forms.ChoiceField(
        label=_("How important is the change?"),
        choices=SIGNIFICANCE,
        initial="minor",
        widget=forms.RadioSelect,
    )
    heard = VoicesField()
    base = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, translation: Translation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.translation = translation
        self.use_required_attribute = False  # the server's sentences are clearer and translated

    @classmethod
    def initial_of(
        cls, translation: Translation, present: RevisionInfo | None, draft: Draft | None
    ) -> dict[str, Any]:
        """Return what the form begins with: the person's own `draft`, or the present text."""
        text = publishing.Text.of(present)
        begun = {
            "title": text.title or translation.title,
            "slug": translation.slug,
            "summary": text.summary or ("" if present else translation.summary),
            "text": text.text,
            "base": present.pk if present else None,
            "heard": named_voices(present) if present and not translation.published else "",
        }
        if draft:
            begun |= {name: getattr(draft, name) for name in ("title", "summary", "text")}
            begun["base"] = draft.base_id
        return begun

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")

    def clean_slug(self) -> str:
        return cast(str, self.cleaned_data["slug"]) or slug_from(self.data.get("title", ""))

    def written(self) -> publishing.Text:
        """Return the valid form's text."""
        return publishing.Text(
            title=self.cleaned_data["title"],
            text=self.cleaned_data["text"],
            summary=self.cleaned_data["summary"],
        )

    def change(self, author: User, based_on: RevisionInfo | None = None) -> publishing.Change:
        """Return the valid form's account of the change."""
        return publishing.Change(
            author=author,
            message=self.cleaned_data["message"],
            significance=self.cleaned_data["significance"],
            based_on=based_on,
        )

    def base_revision(self) -> RevisionInfo | None:
        """Return the revision that the text was written on; None for one of another text."""
        if self.translation is None or not self.cleaned_data.get("base"):
            return None
        revisions = RevisionInfo.objects.not_suggested()
        of_this_text = revisions.filter(revision__article=self.translation.article_id)
        return of_this_text.filter(pk=self.cleaned_data["base"]).first()

    def new_slug(self) -> str:
        """Return another address that the person chose, else ""."""
        return self.cleaned_data["slug"] if "slug" in self.changed_data else ""


def named_voices(info: RevisionInfo) -> str:
    """Return of which comments a text comes, as it stands in the form."""
    return as_typed(voices_of({"revision": [info.pk]}).get(("revision", info.pk), []))


class PlaceForm(WhereForm, forms.ModelForm[Guide]):
    """Where a guide is in the tree, who reads it, who looks after it."""

    class Meta:
        model = Guide
        fields = ["parent", "visibility", "owner"]

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["parent"] = self.initial.get("parent") or TOPIC
        self.offer_places(person, str(get_language()), moved=self.instance.pk)
        offer_audiences(self.fields["visibility"], person)
        owner = cast("forms.ModelChoiceField[User]", self.fields["owner"])
        owner.queryset, owner.empty_label = User.objects.editors(), gettext("Nobody yet")

    def _post_clean(self) -> None:
        """The operations of `articles.tree` change the guide, so the form leaves it alone."""


def offer_audiences(field: forms.Field, person: User) -> None:
    """Offer only the audiences that `person` belongs to: nobody hides a guide from themselves."""
    widest = permissions.audience_of(person)
    cast(forms.ChoiceField, field).choices = [
        choice for choice in Audience.choices if choice[0] <= widest
    ]


class NewGuideForm(WhereForm, TextForm):
    """A new guide: its first text, and its place."""

    language = forms.ChoiceField(label=_("Language of the text"), choices=language_choices)
    visibility = forms.TypedChoiceField(
        label=_("Who may read it"), choices=Audience.choices, coerce=int, initial=Audience.PUBLIC
    )
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who looks after it"),
        required=False,
        empty_label=_("Nobody yet"),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["significance"], self.fields["message"]
        self.offer_places(person, str(get_language()))
        self.fields["slug"].help_text = gettext(
            "The end of the page's address. Leave it empty, and it is made from the title."
        )
        offer_audiences(self.fields["visibility"], person)
        owner = cast("forms.ModelChoiceField[User]", self.fields["owner"])
        owner.queryset = User.objects.editors()

    def change(self, author: User, based_on: RevisionInfo | None = None) -> publishing.Change:
        return publishing.Change(author=author, significance="minor", based_on=based_on)
