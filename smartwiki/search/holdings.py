"""What search keeps of what people ask."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartwiki.privacy import Holding, Retention

SEARCHES = Holding(
    name="searches",
    title=_("What is searched for"),
    kept=_(
        "How often something was searched for on a day, and whether anything was found. Not who "
        "searched, nor from where; what only one or two people searched for is shown to nobody."
    ),
    retention=(
        Retention(
            _("Searches"),
            "SEARCHES_KEPT_DAYS",
            "search.AskedQuery",
            lambda before: Q(day__lt=before.date()),
        ),
    ),
)
