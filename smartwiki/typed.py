"""What somebody typed into a form that could not be used: it is given back, never lost."""

from __future__ import annotations

from django.http import HttpRequest

SECRET = ("password", "token")  # parts of the names of fields that are never shown


def texts_of(request: HttpRequest) -> list[str]:
    """Return the texts of the form that was sent: what has more than one word, field by field."""
    if request.method != "POST":
        return []
    try:
        sent = request.POST
    except OSError:  # it could not even be read
        return []
    names = [name for name in sent if not any(part in name for part in SECRET)]
    return [
        "\n\n".join(sent.getlist(name))
        for name in names
        if name == "text" or any(len(value.split()) > 1 for value in sent.getlist(name))
    ]
