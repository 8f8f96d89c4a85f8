"""A site in which every text that somebody can type attacks whoever is shown it.

Which texts there are is asked from the models, so that a new field is attacked without a word here.
Each payload holds a word of its own, by which a test finds out that it was shown at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from modeltranslation.translator import NotRegistered, translator

from articles.models import Draft, Feedback, Guide, Media, RevisionInfo, Translation
from articles.publishing import Change, Text, publish
from articles.suggesting import suggestions
from projects.comments.models import ReadyReason, Report
from projects.models import Attachment, Facet, Milestone, Objective, Project, Strategy
from smartwiki.accounts.models import Invitation, User
from smartwiki.audit import record
from smartwiki.audit.models import Entry
from smartwiki.notify.models import Follower, Message, Subscription
from smartwiki.search.models import AskedQuery, Concept, ConceptNames
from tests.comments.helpers import approve, say_and_confirm
from tests.guides import make_guide
from tests.privacy.lives import a_file
from tests.projects.helpers import make_update
from tests.security import populated

SIGNS = "=+-@\t\r"  # with which formulas begin
WORD = "souris"  # in every payload, to be searched for
BCC = "\r\nBcc: bcc@evil.example\r\n\r\n"
MARKUP = [
    '"><script zqx>alert(1)</script>',
    "'><img src=x zqx onerror=alert(1)>",
    '" zqx onmouseover="alert(1)',
    "' zqx='",
    "<svg zqx onload=alert(1)>",
    "</title></textarea></script>]]>--><zqx>",
    "[a](javascript:alert(1))",
    "<a href=javascript:alert(1) zqx>a</a>",
    '{{"zqsev"|add:"enth"}}{% zqx %}',
]
EVALUATED = "zqseventh"  # what a template would make of the last one

# What nobody types: {why: fields}. Everything else of our models is attacked.
EXEMPT = {
    "a hash or a secret that the site makes": """
        accounts.User.password notify.Follower.code notify.Subscription.code
        projects.Comment.fingerprint projects.Comment.sender projects.Report.sender""",
    "a name that only code gives": """
        audit.Entry.event audit.Entry.kind audit.Entry.key search.Target.name search.Dirty.key
        smartwiki.Outcome.voice_kind smartwiki.Outcome.result_kind projects.Transition.why
        notify.Subscription.topic notify.Announcement.key notify.Announcement.kind
        notify.AnnouncedTopic.topic notify.Message.key notify.Message.kind
        notify.Message.stop_path""",
    "made from texts that are attacked themselves": """
        audit.Entry.label articles.RevisionInfo.summary articles.RevisionInfo.html
        articles.RevisionInfo.toc articles.RevisionInfo.references projects.Strategy.rendered
        projects.Project.rendered projects.Call.rendered projects.Update.rendered
        notify.Message.name notify.Message.email notify.Message.reply_to notify.Message.context""",
    "numbers and states": """
        articles.Media.widths projects.Attachment.widths notify.Announcement.context
        projects.Project.related_guides articles.Standing.language articles.Standing.state
        articles.Tally.language articles.Tally.state
        projects.Update.status_before""",
    "found in the content of a file, or its name made clean: tests/articles/test_media.py": """
        articles.Media.filename articles.Media.content_type projects.Attachment.filename
        projects.Attachment.content_type""",
    "put together from slugs, which refuse every payload": """
        articles.Translation.path articles.PathRedirect.path projects.Address.slug""",
    "a network, shortened": "audit.Entry.address",
    "the name of a file, checked: tests/articles/test_importing.py": "articles.Guide.import_key",
}
REASONS = {name: why for why, names in EXEMPT.items() for name in names.split()}

# Of django-wiki's models those in which our forms keep what people type.
OF_WIKI = [("wiki.ArticleRevision", name) for name in ("content", "user_message")]
TEXTS = (models.CharField, models.TextField, models.JSONField)  # the first one's: URL, e-mail, slug


def text_fields() -> Iterator[models.Field]:
    """Every column of our own apps that could hold what somebody types."""
    for model in apps.get_models():
        if not model.__module__.startswith(("articles.", "projects.", "smartwiki.")):
            continue
        if model._meta.proxy:
            continue
        try:
            shown_as = translator.get_options_for_model(model).get_field_names()
        except NotRegistered:
            shown_as = []  # names that stand for the columns of each language
        for field in model._meta.local_concrete_fields:
            if isinstance(field, TEXTS) and field.name not in shown_as:
                yield field


def carriers() -> list[models.Field]:
    """The columns that hold payloads: those that are not exempt and that do not refuse them."""
    own = [field for field in text_fields() if name_of(field) not in REASONS and takes_it(field)]
    return own + [apps.get_model(model)._meta.get_field(name) for model, name in OF_WIKI]


def name_of(field: models.Field) -> str:
    return f"{field.model._meta.label}.{field.name}"


def takes_it(field: models.Field) -> bool:
    """Say whether a payload gets through the field's own checks; choices and slugs refuse it."""
    try:
        field.clean(payload(field, 0), None)
    except ValidationError:
        return False
    return True


NUMBERS: dict[str, int] = {}


def word_of(field: models.Field) -> str:
    """Return the word by which the field's payloads are known."""
    return f"zq{NUMBERS.setdefault(name_of(field), len(NUMBERS))}zq"


def payload(field: models.Field, row: int) -> object:
    """Return what attacks; each row of a table gets other parts, if not all have room."""
    word = word_of(field)
    if isinstance(field, models.EmailField):
        return f'"{word}<zqx>{row}"@evil.example' if row % 2 else f"={word}{row}@evil.example"
    most = field.max_length or 2_000
    sign = SIGNS[row % len(SIGNS)]
    text = f"{sign}{word} {row} {WORD}"
    for part in [BCC, *MARKUP[row % len(MARKUP) :], *MARKUP[: row % len(MARKUP)]]:
        if len(text) + len(part) <= most:
            text += part
    return {"zqx": text} if isinstance(field, models.JSONField) else text


def fill(admin: User) -> None:
    """Make the crawlers' site, what it lacks for every carrier to have a row, and poison it all."""
    populated.fill()
    project = Project.objects.get(slug_fr="ouvert")
    guide = make_guide("Poison", slug="poison")
    for kind in Facet.Kind.values:
        project.facets.add(Facet.objects.create(kind=kind, name_fr="x"))
    Strategy.objects.create(title_fr="x", body_fr="x")
    Objective.objects.create(project=project, text_fr="x")
    Milestone.objects.create(project=project, title_fr="x", due="2030")
    project.calls.update(contact="contact@example.org")
    make_update(project, "x", status="done", reason_fr="x")
    first = approve(say_and_confirm(project, "x"))
    approve(say_and_confirm(project, "y", answers_to=first, thread=first))
    approve(say_and_confirm(project, "z", author=admin))
    Report.objects.create(comment=first, author=admin, reason="other", text="x")
    ReadyReason.objects.create(name_fr="x", text_fr="x")
    Attachment.objects.create(project=project, added_by=admin, **a_file())
    Media.objects.create(guide=guide, added_by=admin, **a_file())
    Draft.objects.create(author=admin, guide=guide, language="fr", text="x")
    text = guide.translations.get()
    Feedback.objects.create(translation=text, revision=text.published, helpful=False, text="x")
    ConceptNames.objects.create(concept=Concept.objects.create(), language="fr", words="x")
    asked = {"day": timezone.localdate(), "language": "fr", "query": "x", "results": 0}
    AskedQuery.objects.create(**asked, sessions=9, missed=9)
    Invitation.objects.create(email="invited@example.org", language="fr", invited_by=admin)
    for follower in (
        Follower.objects.create(email="follower@example.org", language="fr"),
        Follower.objects.create(user=admin, language="fr"),
    ):
        for topic in (f"project:{project.pk}", f"guide:{guide.pk}"):
            Subscription.objects.create(follower=follower, topic=topic, confirmed_at=timezone.now())
    Message.objects.create(key="x", kind="x", email="x@example.org", language="fr", state="failed")
    poison(admin)


def poison(admin: User) -> None:
    """Put payloads into every carrier, the way that a form would: what is derived follows."""
    by_model: dict[type[models.Model], list[models.Field]] = {}
    for field in carriers():
        by_model.setdefault(field.model, []).append(field)
    for model, fields in by_model.items():
        if model in WRITTEN:
            continue
        for each in model._default_manager.all():
            for field in fields:
                if not isinstance(field, models.EmailField) or getattr(each, field.name):
                    setattr(each, field.name, payload(field, each.pk))
            each.save()
    for write in dict.fromkeys(WRITTEN.values()):
        write(admin)


def write_guides(admin: User) -> None:
    """Publish texts, and suggest one that waits and one that is turned down."""
    for number, text in enumerate(Translation.objects.exclude(published=None)):
        change = Change(author=admin, message=attack("wiki.ArticleRevision.user_message", number))
        publish(text, words(number), change, base=text.published)
        text.refresh_from_db()
        for again in (1, 2):
            suggested = suggestions.suggest(
                text, words(number + again), change, base=text.published
            )
        suggestions.decline(suggested, admin, attack("articles.RevisionInfo.reason", number))


def the_guide() -> Guide:
    """Return the guide that has one of everything."""
    return Guide.objects.get(translations__slug="poison")


def words(number: int) -> Text:
    """Return what a form would send; `number` makes it unlike the others."""
    names = (
        "articles.Translation.title",
        "wiki.ArticleRevision.content",
        "articles.Translation.summary",
    )
    return Text(*(attack(name, number) for name in names))


def write_log(admin: User) -> None:
    for number, _sign in enumerate(SIGNS):
        typed = attack("audit.Entry.facts", number)["zqx"]
        record(admin, "guide.moved", Translation.objects.first().guide, address=typed)


def attack(name: str, row: int):
    model, _dot, field = name.rpartition(".")
    return payload(apps.get_model(model)._meta.get_field(field), row)


WRITTEN: dict[type[models.Model], Callable[[User], None]] = {
    Translation: write_guides,
    RevisionInfo: write_guides,
    apps.get_model("wiki.ArticleRevision"): write_guides,
    Entry: write_log,
}
