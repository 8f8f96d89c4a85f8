"""What projects keep about people: who leads them, and who answered their calls."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartwiki.privacy import Held, Holding, Retention

PROJECTS = Holding(
    name="projects",
    title=_("What you do in projects"),
    kept=_(
        "Which projects you lead (your name stands on their pages), and which news and files you "
        "added. A contact address that a project publishes for a call stands on its page."
    ),
    erased=_("Your name disappears; the news and files stay."),
    tables=(
        Held(
            "projects.Project_leads",
            ("user",),
            shows=("project__title",),
            called=_("Projects that you lead"),
        ),
        Held(
            "projects.Update",
            ("author",),
            shows=("title", "body", "published_at"),
            becomes={},
            called=_("News that you wrote"),
        ),
        Held(
            "projects.Attachment",
            ("added_by",),
            shows=("filename", "added_at"),
            becomes={},
            called=_("Files that you added"),
        ),
    ),
    not_personal=("projects.Project.leads", "projects.Call.contact"),
)
ANSWERS = Holding(
    name="answers",
    title=_("Your answers to calls"),
    kept=_(
        "Your name, your e-mail address, your message and your language. Only the project’s team "
        "and the administrators read them; they are never published."
    ),
    erased=_("Your name and address are removed; the message stays with the project’s team."),
    tables=(
        Held(
            "projects.CallResponse",
            ("author",),
            ("email",),
            shows=("call__title", "name", "email", "language", "message", "created_at"),
            becomes={"name": "", "email": ""},
        ),
    ),
    retention=(
        Retention(
            _("Answers, after the call has closed"),
            "ANSWERS_KEPT_DAYS",
            "projects.CallResponse",
            lambda before: (
                Q(call__closes_at__lt=before) | Q(call__closes_at=None, created_at__lt=before)
            ),
        ),
    ),
)
