"""What readers fill in; nothing that they typed is ever lost."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from projects.comments.access import may_answer_officially
from projects.comments.conversation import Subject
from projects.comments.models import BODY_LIMIT, Comment, Report
from projects.comments.texts import clean_body, clean_name, holds_address
from projects.models import Project
from projects.texts import without_control
from smartwiki.accounts.policy import Person
from smartwiki.languages import language_codes, own_name
from smartwiki.spam import GuardedForm

TOO_LONG = _(
    "Your comment has %(show_value)d characters, and %(limit_value)d is the most. "
    "It is still here: shorten it, or write two."
)


def body_field(label: Any, rows: int = 8) -> forms.CharField:
    """Return the field of a comment's words."""
    return forms.CharField(
        label=label,
        max_length=BODY_LIMIT,
        widget=forms.Textarea({"rows": rows}),
        error_messages={"max_length": TOO_LONG, "required": _("Write something first.")},
    )


def language_field() -> forms.ChoiceField:
    """Return the field that says in which language a comment is."""
    return forms.ChoiceField(
        label=_("Language of your comment"),
        choices=lambda: [(code, own_name(code)) for code in language_codes()],
    )


class WordsForm(forms.Form):
    """The words of a comment and their language: all that an author can change afterwards."""

    text = body_field(_("Your comment"))
    language = language_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False  # the server's sentences are clearer and translated
        self.fields["text"].widget.attrs.pop("maxlength", None)  # say so, do not cut silently

    def clean_text(self) -> str:
        return clean_body(self.cleaned_data["text"])


class CommentForm(WordsForm, GuardedForm):
    """A new comment of a member or a visitor, or an official answer of who may give one."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("Everybody sees it above your comment."),
        max_length=100,
        strip=False,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("It is never published. We send you a link to confirm it."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    answers = forms.IntegerField(required=False, widget=forms.HiddenInput)
    about = forms.CharField(required=False, widget=forms.HiddenInput)
    official = forms.BooleanField(label=_("This is the official answer"), required=False)
    pinned = forms.BooleanField(
        label=_("Pin it: the question and this answer come first"), required=False
    )

    field_order = ["text", "name", "email", "language", "official", "pinned"]

    def __init__(self, project: Project, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project, self.person = project, person
        self.initial.setdefault("language", get_language())
        if person.is_authenticated:
            del self.fields["name"], self.fields["email"]
        if not may_answer_officially(person, project):
            del self.fields["official"], self.fields["pinned"]

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean_about(self) -> Subject:
        """What is not on this project's page is the project itself."""
        subject = Subject.named(self.cleaned_data["about"])
        if not subject:
            return subject
        parts = self.project.calls if subject.kind == "call" else self.project.updates
        return subject if parts.filter(pk=subject.pk).exists() else Subject()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        email = str(cleaned.get("email") or getattr(self.person, "email", ""))
        if holds_address(cleaned.get("text", ""), email):
            message = gettext(
                "Your e-mail address stands in your comment, where everybody would read it. "
                "Please take it out."
            )
            self.add_error("text", ValidationError(message, code="address"))
        return cleaned

    def refuse(self, error: ValidationError) -> None:
        """Show what `speaking.post` said; where what it answers is gone, it can be sent again."""
        self.add_error(None, error)
        if error.code == "gone":
            self.data = dict(self.data.items()) | {"answers": ""}

    @property
    def is_official(self) -> bool:
        return bool(self.cleaned_data.get("official"))

    def written(self, sender: str) -> Comment:
        """Return the valid form's comment, not saved; `sender`: the hash of where it came from."""
        said = self.cleaned_data
        subject: Subject = said["about"]
        return Comment(
            project=self.project,
            answers_to_id=said["answers"],
            author=self.person if self.person.is_authenticated else None,
            name=said.get("name", ""),
            email=said.get("email", ""),
            language=said["language"],
            body=said["text"],
            sender=sender,
            **{f"{name}_id": pk for name, pk in subject.filters().items()},
        )


class ReportForm(GuardedForm):
    """What a reader objects to."""

    reason = forms.ChoiceField(
        label=_("What is wrong with this comment?"),
        choices=Report.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what fits best.")},
    )
    text = forms.CharField(
        label=_("In your words"),
        help_text=_("Optional. Only moderators read it."),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    field_order = ["reason", "text"]

    def clean_text(self) -> str:
        return without_control(self.cleaned_data["text"])
