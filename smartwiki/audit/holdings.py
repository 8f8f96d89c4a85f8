"""What the audit log keeps about people."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartwiki.privacy import Held, Holding, Retention

AUDIT = Holding(
    name="audit",
    title=_("The audit log"),
    kept=_(
        "When somebody of the team changes something, and when somebody signs in: the number of "
        "the account, what was done to which object, when, and from which network (a shortened "
        "address). Never names, texts or e-mail addresses."
    ),
    erased=_("The entries stay, with a number that leads to nobody any more."),
    tables=(
        Held(
            "audit.Entry",
            where=lambda subject: Q(actor=subject.person.pk),
            shows=("at", "event", "kind", "key", "address"),
            becomes={},
            covers=("actor", "address"),
        ),
    ),
    retention=(
        Retention(
            _("Entries"),
            "AUDIT_KEPT_DAYS",
            "audit.Entry",
            lambda before: Q(at__lt=before),
            command="prune_audit",
        ),
    ),
)
