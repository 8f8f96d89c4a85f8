"""Everybody and everything of the permission matrix, made once for each test."""

import uuid
from types import SimpleNamespace

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from articles import publishing, tree
from articles.files import media
from articles.models import Feedback, Guide, Media, RevisionInfo
from projects.comments import tokens
from projects.models import Attachment, CallResponse, Milestone, Project
from smartwiki import matrix
from smartwiki.accounts import invitations
from smartwiki.accounts.models import Grant, Invitation, User
from smartwiki.files import keeping
from smartwiki.notify.models import Follower, Subscription
from smartwiki.search.models import Concept
from tests.articles.test_media import office, picture
from tests.articles.writing import source_of
from tests.comments import helpers as comments
from tests.guides import MEMBERS, STAFF, make_guide, make_user, revise, translate
from tests.projects.helpers import make_call, make_project

ROLES = {
    matrix.EDITOR: (Grant.Role.EDITOR,),
    matrix.FRENCH: (Grant.Role.EDITOR, "fr"),
    matrix.DUTCH: (Grant.Role.EDITOR, "nl"),
    matrix.MODERATOR: (Grant.Role.MODERATOR,),
    matrix.LEAD: (Grant.Role.PROJECT_LEAD,),
    matrix.OTHER_LEAD: (Grant.Role.PROJECT_LEAD,),
}


def make_person(who: str) -> User | AnonymousUser:
    if who == matrix.VISITOR:
        return AnonymousUser()
    name = who.replace(" ", "-").lower()
    if who == matrix.ADMINISTRATOR:
        return make_user(name, is_staff=True, is_superuser=True)
    return make_user(name, *ROLES.get(who, ()))


def make_guides() -> dict[str, Guide]:
    """One guide for each state, in French and Dutch."""
    guides = {
        matrix.OPEN: make_guide("Ouvert"),
        matrix.FOR_MEMBERS: make_guide("Membres", visibility=MEMBERS),
        matrix.FOR_TEAM: make_guide("Equipe", visibility=STAFF),
        matrix.DRAFT: make_guide("Brouillon", draft=True),
        matrix.TEAM_DRAFT: make_guide("Secret", draft=True, visibility=STAFF),
        matrix.DELETED: make_guide("Disparu"),
    }
    for name, guide in guides.items():
        is_draft = name in (matrix.DRAFT, matrix.TEAM_DRAFT)
        translate(guide, "nl", f"{name} nl", draft=is_draft)
    tree.delete_guide(guides[matrix.DELETED])
    return guides


def make_projects(lead: User | None) -> dict[str, Project]:
    return {
        matrix.PROJECT: make_project("Public", lead),
        matrix.HIDDEN_PROJECT: make_project("Cache", lead, is_published=False),
    }


def make_things(who: str) -> SimpleNamespace:
    """Make `person` and what there is to open; a lead leads the projects, another lead another."""
    person = make_person(who)
    guides = make_guides()
    projects = make_projects(person if who == matrix.LEAD else None)
    if who == matrix.OTHER_LEAD:
        make_project("Autre", person)
    suggestions = {
        f"{matrix.SUGGESTION}, in {name}": make_suggestion(guides[matrix.OPEN], language)
        for name, language in (("French", "fr"), ("Dutch", "nl"))
    }
    return SimpleNamespace(person=person, guides=guides, projects=projects, suggestions=suggestions)


def make_suggestion(guide: Guide, language: str) -> RevisionInfo:
    text = guide.translations.get(language=language)
    change = publishing.Change(author=make_user(f"suggester-{language}"), significance="minor")
    return publishing.submit(
        text, publishing.Text(text.title, "Mieux."), change, base=text.published
    )


def thing_of(rule: matrix.Rule, things: SimpleNamespace):
    """Return what the policy is asked about."""
    if rule.thing in things.suggestions:
        return things.suggestions[rule.thing]
    name, _, language = rule.thing.partition(", in ")
    if name in things.projects:
        return things.projects[name]
    if not name:
        return None
    guide = things.guides[name]
    if language:
        return guide, {"French": "fr", "Dutch": "nl"}[language]
    return source_of(guide) if rule.action in ("guide.read", "guide.suggest") else guide


def parameters_of(name: str, things: SimpleNamespace) -> dict[str, object]:
    """Return the parameters of addresses for the guide or project called `name`."""
    if name in things.projects:
        project = things.projects[name]
        return {"pk": project.pk, "slug": project.slug_fr}
    if name in things.suggestions:
        return {"pk": things.suggestions[name].pk}
    if not name:
        return {}
    guide = things.guides[name]
    text = source_of(guide)
    # A suggestion is for a text, everything else for a guide.
    return {"pk": guide.pk, "language": "fr", "path": text.path, "text": text.pk}


FILES = [(picture(), "photo.jpg"), (office(), "paper.docx")]


def add(guide: Guide, content: bytes, name: str) -> Media:
    upload = SimpleUploadedFile(name, content)
    return media.add_file(upload, person=make_user(name), guide=guide, language="fr", alt="Un chat")


def attach(project: Project, content: bytes, name: str) -> Attachment:
    return keeping.keep(
        Attachment(project=project), SimpleUploadedFile(name, content), language="fr", alt="Nous"
    )


def make_answer(guide: Guide) -> Feedback:
    text = source_of(guide)
    return Feedback.objects.create(translation=text, revision=text.published, helpful=False)


def fields_of(things: SimpleNamespace) -> dict[str, dict[str, object]]:
    """Return what is to be sent where an empty form would not show who is let in."""
    guide, project = things.guides[matrix.OPEN], things.projects[matrix.PROJECT]
    return {
        "writing:keep": {"guide": guide.pk, "language": "fr", "text": "x"},
        "writing:preview": {"guide": guide.pk, "language": "fr", "text": "x"},
        "writing:upload": {"guide": guide.pk, "language": "fr"},
        "writing:discard-draft": {"guide": guide.pk, "language": "fr"},
        "writing:revert": {"number": "1", "base": "3"},
        "accounts:take-role": {"role": "editor"},
        "writing:find-guides": {"language": "fr"},
        "writing:compare": {"from": "1", "to": "3"},
        "desk:settle": {"answer": make_answer(guide).pk},
        "desk:source": {"language": "nl"},
        "project_desk:describe": {"number": attach(project, *FILES[0]).pk},
        "reading": {"translation": source_of(guide).pk},
    }


def make_addresses(things: SimpleNamespace) -> dict[str, dict[str, object]]:
    """Return parameters by the beginning of the addresses' names; the longest that fits counts."""
    guide, project = things.guides[matrix.OPEN], things.projects[matrix.PROJECT]
    text = source_of(guide)
    revise(text, "Un autre texte.")
    own = {"pk": guide.pk, "language": "fr", "number": 1, "path": text.path}
    suggestion = things.suggestions[f"{matrix.SUGGESTION}, in French"]
    call = make_call(project)
    answer = CallResponse.objects.create(
        call=call, name="A", email="a@example.org", message="B", consented_at=timezone.now()
    )
    milestone = Milestone.objects.create(project=project, title_fr="Pas", due="2030")
    photo, paper = (add(guide, content, name) for content, name in FILES)
    shot, report = (attach(project, content, name) for content, name in FILES)
    said = comments.published(project, author=make_user("speaker"))
    of_comment = {"slug": project.slug_fr, "pk": said.pk, "batch": uuid.uuid4()}
    unconfirmed = comments.say(project, "Pas encore.")
    invitation = Invitation.objects.create(email="new@example.org", language="fr")
    if isinstance(things.person, User):
        for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
            Authenticator.objects.create(user=things.person, type=kind, data={})
    follower = Follower.objects.create(email="f@example.org", language="fr")
    following = Subscription.objects.create(follower=follower, topic=f"project:{project.pk}")
    of_project = {"pk": project.pk, "slug": project.slug_fr, "kind": "milestone"}
    return {
        "writing:": own,
        "writing:restore": own | {"pk": things.guides[matrix.DELETED].pk},
        "desk:": own,
        "desk:accurate": own,
        "translating:": own | {"language": "nl"},
        "articles:": own,
        "voice:": {"pk": text.pk},
        "suggestions:": {"pk": text.pk},
        "suggestions:review": {"pk": suggestion.pk},
        "suggestions:decline": {"pk": suggestion.pk},
        "files:picture": {"pk": photo.pk, "name": photo.filename, "width": photo.widths[0]},
        "files:document": {"pk": paper.pk, "name": paper.filename},
        "project_files:picture": {"pk": shot.pk, "name": shot.filename, "width": shot.widths[0]},
        "project_files:document": {"pk": report.pk, "name": report.filename},
        "search-concept": {"pk": Concept.objects.create().pk},
        "comments:": of_comment,
        "comments:confirm": {"token": tokens.token_for(unconfirmed.pk, tokens.CONFIRM)},
        "comments:own": {"token": tokens.token_for(unconfirmed.pk, tokens.AUTHOR)},
        "moderation:": of_comment,
        "sitemap-section": {"section": "guides"},
        "projects:": of_project,
        "projects:call": of_project | {"pk": call.pk},
        "projects:thanks": of_project | {"pk": call.pk},
        "project_desk:": of_project | {"part_pk": milestone.pk},
        "project_desk:answers": of_project | {"part_pk": call.pk},
        "project_desk:delete-answer": of_project | {"part_pk": call.pk, "answer_pk": answer.pk},
        "accounts:": {"pk": make_user("somebody").pk},
        "accounts:withdraw-invitation": {"pk": invitation.pk},
        "accounts:invitation": {"token": invitations.token_of(invitation)},
        "openid_connect": {"provider_id": "oidc"},
        "mfa_": {"pk": 1},
        "follow:": {"topic": f"project:{project.pk}", "token": "x"},
        "stop": {"code": following.code},
        "stop-digest": {"code": following.follower.code, "what": "daily"},
        "account_": {"key": "x", "uidb36": "1"},
    }
