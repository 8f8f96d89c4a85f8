"""What every process needs sooner or later, made ready before its first reader waits for it."""

from __future__ import annotations

import gc

from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import override

from smartwiki.languages import language_codes


def warm_up() -> None:
    """Read all addresses and templates, and let the garbage collector pass over what is there.

    All of that stays as long as the process does. Looking through it again and again, as Python
    does by itself, holds up whoever reads at that moment for a tenth of a second.
    """
    for language in language_codes():
        with override(language):
            reverse("home")
    folder = settings.BASE_DIR / "templates"
    for file in folder.rglob("*.*"):
        get_template(str(file.relative_to(folder)))
    gc.collect()
    gc.freeze()
