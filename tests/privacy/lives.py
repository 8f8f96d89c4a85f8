"""A person who has left a trace in every table that may hold one."""

from datetime import timedelta
from uuid import uuid4

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_nyt.models import Notification, Settings
from wiki.models import RevisionPlugin, RevisionPluginRevision

from articles.models import Draft, Feedback, Media, ReviewReminder, Writing
from projects.comments.models import Comment, Report, Transition
from projects.models import Attachment, CallResponse, Project
from smartwiki.accounts.models import Invitation, User
from smartwiki.audit import record
from smartwiki.models import Outcome
from smartwiki.notify.models import Follower, Message, Subscription
from tests.guides import make_guide, make_user, revise
from tests.projects.helpers import LEAD, make_call, make_project, make_update

NAME = "Zoë Querelle"
EMAIL = "zoe@example.org"


def make_life() -> User:
    person = make_user("zoe", LEAD)
    person.name = NAME
    person.save()
    an_account(person)
    guides(person)
    projects(person)
    mails(person)
    return person


def an_account(person: User) -> None:
    Invitation.objects.create(email=EMAIL, language="fr", accepted_at=timezone.now())
    Invitation.objects.create(email="next@example.org", language="fr", invited_by=person)
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    SocialAccount.objects.create(user=person, provider="oidc", uid="7")
    person.groups.add(Group.objects.create(name="x"))
    person.user_permissions.add(Permission.objects.first())
    make_user("colleague").grants.create(role=LEAD, granted_by=person)
    LogEntry.objects.create(
        user=person, action_flag=1, object_repr="x", content_type=ContentType.objects.first()
    )
    expires = timezone.now() + timedelta(days=14)
    Session.objects.create(session_key="zoe", expire_date=expires)
    UserSession.objects.create(
        user=person, session_key="zoe", ip="203.0.113.7", user_agent="Firefox"
    )
    record(person, "signin.succeeded")


def guides(person: User) -> None:
    guide = make_guide("Factures", owner=person)
    translation = guide.translations.get()
    revision = revise(translation, "Mes mots restent.", author=person).revision
    revision.ip_address = "203.0.113.7"
    revision.save()
    article = revision.article
    article.owner = person
    article.save()
    plugin = RevisionPlugin.objects.create(article=article)
    RevisionPluginRevision.objects.create(
        plugin=plugin, user=person, ip_address="203.0.113.7", revision_number=1
    )
    translation.refresh_from_db()
    translation.verified_by = person
    translation.save()
    translation.published.reviewer = person
    translation.published.save()
    Settings.objects.create(user=person, is_default=True)
    Notification.objects.create(user=person, message="x", subscription=None)
    Draft.objects.create(author=person, guide=guide, language="fr", title="Brouillon")
    Writing.objects.create(person=person, guide=guide, language="fr")
    Media.objects.create(guide=guide, added_by=person, **a_file())
    Feedback.objects.create(
        translation=translation, revision=translation.published, helpful=True, settled_by=person
    )
    ReviewReminder.objects.create(
        translation=translation, person=person, due=timezone.localdate(), sent_at=timezone.now()
    )


def projects(person: User) -> None:
    project = make_project("Un wiki", person)
    make_update(project, author=person)
    Attachment.objects.create(project=project, added_by=person, **a_file())
    call = make_call(project)
    answer(call, author=person)
    answer(call)  # before there was an account
    comments(person, project)


def comments(person: User, project: Project) -> None:
    values = {"project": project, "language": "fr", "body": "Et la suite ?", "state": "pending"}
    values |= {"waiting_since": timezone.now(), "fingerprint": "x", "sender": "a-fingerprint"}
    comment = Comment.objects.create(author=person, held_by=person, **values)
    Comment.objects.create(name=NAME, email=EMAIL, **values)
    Comment.objects.create(answers_to=comment, thread=comment, **values | {"body": "Une réponse"})
    Transition.objects.create(comment=comment, by=person, actor="team", after="pending", version=1)
    Report.objects.create(comment=comment, author=person, reason="other", sender="a-fingerprint")
    Outcome.objects.create(
        voice_kind="comment", voice=1, result_kind="update", result=1, named_by=person
    )


def answer(call, **fields) -> CallResponse:
    values = {"name": NAME, "email": EMAIL, "message": "Je viens.", "language": "fr"}
    return CallResponse.objects.create(call=call, consented_at=timezone.now(), **(values | fields))


def mails(person: User) -> None:
    for number, follower in enumerate(
        [
            Follower.objects.create(user=person, language="fr"),
            Follower.objects.create(email=EMAIL, language="fr"),
        ]
    ):
        Subscription.objects.create(
            follower=follower, topic=f"guide:{number}", confirmed_at=timezone.now()
        )
    Message.objects.create(key="1", kind="x", user=person, language="fr", context={"who": NAME})
    Message.objects.create(key="2", kind="x", email=EMAIL, language="fr", reply_to=EMAIL)


def a_file() -> dict[str, object]:
    return {"kind": "document", "folder": uuid4(), "filename": "x.pdf", "size": 1}
