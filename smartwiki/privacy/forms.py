from django import forms
from django.utils.translation import gettext_lazy as _


class ErasureForm(forms.Form):
    """Erasing cannot be undone, so it is asked for in so many words."""

    sure = forms.BooleanField(
        label=_("I understand that this cannot be undone. Erase my account."),
        error_messages={"required": _("Tick the box to confirm. Nothing was erased yet.")},
    )
