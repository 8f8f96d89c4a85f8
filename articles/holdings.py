"""What guides keep about people: who wrote what, and what readers say without a name."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartwiki.privacy import Held, Holding, Retention

TEXTS = Holding(
    name="guides",
    title=_("What you write in guides"),
    kept=_(
        "Your texts, suggestions and drafts, with your name and the time; which guides you look "
        "after; which files you added; that you have a text open at this moment."
    ),
    erased=_(
        "Published texts and suggestions stay, because others build on them, but without your "
        "name. Drafts are deleted."
    ),
    tables=(
        Held(
            "wiki.ArticleRevision",
            ("user",),
            shows=("created", "title", "content"),
            becomes={"ip_address": None},
            covers=("ip_address",),
            called=_("Versions that you wrote"),
        ),
        Held(
            "wiki.RevisionPluginRevision",
            ("user",),
            shows=("created",),
            becomes={"ip_address": None},
            covers=("ip_address",),
            called=_("What you changed beside texts"),
        ),
        Held(
            "wiki.Article",
            ("owner",),
            shows=("created",),
            becomes={},
            called=_("Guides that you began"),
        ),
        Held(
            "django_nyt.Settings",
            ("user",),
            shows=("created",),
            called=_("How often the wiki notifies you"),
        ),
        Held(
            "django_nyt.Notification",
            ("user",),
            shows=("message", "created"),
            called=_("Notifications"),
        ),
        Held("articles.Draft", ("author",), shows=("language", "title", "text", "changed_at")),
        Held(
            "articles.Writing",
            ("person",),
            shows=("language", "seen_at"),
            called=_("Texts that you had open"),
        ),
        Held(
            "articles.Guide",
            ("owner",),
            shows=("id",),
            becomes={},
            called=_("Guides that you look after"),
        ),
        Held(
            "articles.Translation",
            ("verified_by",),
            shows=("title", "verified_on"),
            becomes={},
            called=_("Guides that you checked"),
        ),
        Held(
            "articles.RevisionInfo",
            ("reviewer",),
            shows=("summary", "state"),
            becomes={},
            called=_("Suggestions that you judged"),
        ),
        Held(
            "articles.Media",
            ("added_by",),
            shows=("filename", "added_at"),
            becomes={},
            called=_("Files that you added"),
        ),
        Held(
            "articles.Feedback",
            ("settled_by",),
            shows=("settled_at",),
            becomes={},
            called=_("Readers’ answers that you settled"),
        ),
        Held("articles.ReviewReminder", ("person",), shows=("translation__title", "due")),
    ),
    retention=(
        Retention(
            _("Drafts that nobody touches any more"),
            "DRAFTS_KEPT_DAYS",
            "articles.Draft",
            lambda before: Q(changed_at__lt=before),
        ),
        Retention(
            _("That you had a text open"),
            "SESSIONS_KEPT_DAYS",
            "articles.Writing",
            lambda before: Q(seen_at__lt=before),
        ),
        Retention(
            _("Reminders that were sent"),
            "MAIL_KEPT_DAYS",
            "articles.ReviewReminder",
            lambda before: Q(sent_at__lt=before),
        ),
    ),
)
FEEDBACK = Holding(
    name="feedback",
    title=_("Whether a guide helped you"),
    kept=_("Your answer and your words, on a day: no name, no address, nothing that leads to you."),
    retention=(
        Retention(
            _("Answers"),
            "FEEDBACK_KEPT_DAYS",
            "articles.Feedback",
            lambda before: Q(given_on__lt=before.date()),
        ),
    ),
)
READINGS = Holding(
    name="readings",
    title=_("How often guides are read"),
    kept=_("A number for each guide and day. The site does not know who reads what."),
    retention=(
        Retention(
            _("Numbers"),
            "COUNTS_KEPT_DAYS",
            "articles.Reading",
            lambda before: Q(day__lt=before.date()),
        ),
    ),
)
