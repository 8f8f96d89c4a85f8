"""What the site itself keeps: in your browser, and against machines."""

from django.utils.translation import gettext_lazy as _

from smartwiki.privacy import Held, Holding

COOKIES = Holding(
    name="cookies",
    title=_("Cookies"),
    kept=_(
        "Only what is needed: that you are signed in, for the team also when that was last used, "
        "that a form comes from you, which language you chose (a year), and a message that you "
        "are to see next. None from others."
    ),
)
ATTEMPTS = Holding(
    name="attempts",
    title=_("Forms for everybody"),
    kept=_(
        "To keep machines out, attempts are counted. Of your network address only an encrypted "
        "fingerprint is used, and for an hour at most. The site’s logs hold neither e-mail "
        "addresses nor network addresses."
    ),
)
OUTCOMES = Holding(
    name="outcomes",
    title=_("What became of what people said"),
    kept=_("Who of the team noted what came of a comment or an answer, and when."),
    erased=_("Your name disappears; what came of it stays."),
    tables=(
        Held("smartwiki.Outcome", ("named_by",), shows=("result_kind", "named_at"), becomes={}),
    ),
)
