"""A project lead's desk: who may use it, and what it refuses."""

import re

import pytest
from django.test import Client

from articles import tree
from projects.models import CallResponse, Facet, Milestone, Objective, Project
from smartwiki.audit.models import Entry
from tests.guides import make_guide, make_user, translate
from tests.projects.helpers import (
    EDITOR,
    MODERATOR,
    address,
    make_call,
    make_lead,
    make_project,
    make_update,
    page_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return make_lead()


@pytest.fixture
def project(lead):
    return make_project("Un wiki", lead)


def doors(project) -> list[str]:
    """The address of everything at the desk of a project."""
    call = make_call(project)
    response = CallResponse.objects.create(
        call=call, name="Ana", email="ana@example.org", message="!", language="fr",
        consented_at=call.opens_at,
    )  # fmt: skip
    milestone = Milestone.objects.create(project=project, title_fr="Un pas")
    objective = Objective.objects.create(project=project, text_fr="Un but")
    update = make_update(project)
    names: list[tuple] = [
        ("project",),
        ("texts",),
        ("facts",),
        ("files",),
        ("describe",),
        ("new-update",),
        ("confirm",),
    ]
    names += [("add", kind) for kind in ("call", "milestone", "objective")]
    for part in (call, milestone, objective, update):
        names += [
            ("part", part._meta.model_name, part.pk),
            ("delete", part._meta.model_name, part.pk),
        ]
    names += [("tick", milestone.pk), ("answers", call.pk), ("answers-csv", call.pk)]
    names += [("delete-answer", call.pk, response.pk)]
    return [address(f"project_desk:{name}", project.pk, *rest) for name, *rest in names]


@pytest.mark.parametrize(
    "who", ["visitor", "member", "editor", "moderator", "other lead", "former"]
)
def test_nobody_else_changes_a_project(client, project, who):
    person = {
        "visitor": lambda: None,
        "member": lambda: make_user("member"),
        "editor": lambda: make_user("editor", EDITOR),
        "moderator": lambda: make_user("moderator", MODERATOR),
        "other lead": lambda: make_lead("other"),
        "former": lambda: make_user("former"),
    }[who]()
    if who == "former":  # still named, but no longer a project lead
        project.leads.add(person)
    urls = doors(project)
    if person:
        client.force_login(person)
    for url in urls:
        for method in (client.get, client.post):
            assert method(url).status_code in (403, 405), url
    assert client.post(urls[0].replace("/desk", "")).status_code in (403, 404, 405)
    assert CallResponse.objects.count() == 1 and Milestone.objects.count() == 1


def test_the_lead_and_administrators_open_every_door(client, project, lead):
    urls = doors(project)
    for person in (lead, make_user("admin", is_superuser=True)):
        client.force_login(person)
        for url in urls:
            assert client.get(url).status_code in (200, 404, 405), url


def test_the_desk_lists_own_projects_the_silent_first(client, lead, project):
    make_project("Autre projet", make_lead("other"))
    loud = make_project("Bavard", lead)
    make_update(loud)
    client.force_login(lead)
    page = client.get(address("project_desk:index")).content.decode()
    assert page.index("Un wiki") < page.index("Bavard")
    assert "Autre projet" not in page
    client.force_login(make_user("member"))
    assert client.get(address("project_desk:index")).status_code == 403


def test_a_part_of_another_project_is_out_of_reach(client, lead, project):
    other = Milestone.objects.create(project=make_project("Autre"), title_fr="Pas à nous")
    client.force_login(lead)
    for name in ("part", "delete"):
        url = address(f"project_desk:{name}", project.pk, "milestone", other.pk)
        assert client.post(url, {"title_fr": "À nous"}).status_code == 404
    assert (
        client.get(address("project_desk:project", project.pk) + "secret/ajouter/").status_code
        == 404
    )


def test_words_of_a_lead_who_was_signed_out_are_given_back(project):
    words = {"title_fr": "Du neuf", "body_nl": "Mooie woorden", "status": "done"}
    url = address("project_desk:new-update", project.pk)
    for strict in (False, True):  # the session ended; or the form's token did as well
        response = Client(enforce_csrf_checks=strict).post(url, words)
        page = response.content.decode()
        assert response.status_code == 403
        assert page.count("<textarea") == 2
        assert ">Du neuf<" in page and ">Mooie woorden<" in page


def texts(client, project, **fields):
    values = {"source_language": "fr", "title_fr": "Un wiki", "slug_fr": "un-wiki"} | fields
    return client.post(address("project_desk:texts", project.pk), values)


def test_each_language_is_kept_by_itself(client, lead, project):
    client.force_login(lead)
    texts(client, project, title_nl="Een wiki", body_nl="Tekst")
    project.refresh_from_db()
    assert (project.title_nl, project.slug_nl) == ("Een wiki", "een-wiki")
    assert not project.title_en and not project.body_fr
    page = client.get(address("project_desk:texts", project.pk)).content.decode()
    assert page.count('class="badge"') == 2  # English and German are missing


def test_the_source_language_suffices_and_is_needed(client, lead, project):
    client.force_login(lead)
    assert texts(client, project).status_code == 302
    response = texts(client, project, title_fr="", body_fr="Mon texte")
    assert response.status_code == 422
    assert "id_title_fr_error" in response.content.decode()
    assert "Mon texte" in response.content.decode()
    assert (
        texts(client, project, title_fr="", title_de="Wiki", source_language="de").status_code
        == 302
    )


def test_an_address_of_another_project_is_refused_in_every_language(client, lead, project):
    make_project("Autre", title_nl="Iets", slug_nl="iets-anders")
    client.force_login(lead)
    for name in ("slug_fr", "slug_de"):
        response = texts(client, project, **{name: "iets-anders"})
        assert response.status_code == 422
        assert f"id_{name}_error" in response.content.decode()
    assert texts(client, project, slug_fr="À côté").status_code == 422


def test_too_long_a_text_is_refused_and_kept_in_the_form(client, lead, project):
    client.force_login(lead)
    long = "a" * 100_000
    response = texts(client, project, body_fr=long)
    page = response.content.decode()
    assert response.status_code == 422
    assert (
        "id_body_fr_error" in page and long in page and "maxlength" not in page.split("body_fr")[1]
    )


def test_the_second_of_two_leads_who_save_is_told_and_loses_nothing(client, lead, project):
    client.force_login(lead)
    page = client.get(address("project_desk:texts", project.pk)).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    assert texts(client, project, seen=seen, body_fr="Le premier").status_code == 302
    response = texts(client, project, seen=seen, body_fr="Le second")
    page = response.content.decode()
    assert response.status_code == 422 and "Le second" in page
    project.refresh_from_db()
    assert project.body_fr == "Le premier"
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    assert texts(client, project, seen=seen, body_fr="Le second").status_code == 302


def test_control_characters_do_not_get_into_texts(client, lead, project):
    client.force_login(lead)
    texts(client, project, body_fr="Un\x08 texte", summary_fr="Deux\r\nlignes")
    project.refresh_from_db()
    assert (project.body_fr, project.summary_fr) == ("Un texte", "Deux lignes")
    assert client.get(page_of(project, name="feed")).status_code == 200


def facts(client, project, **fields):
    return client.post(
        address("project_desk:facts", project.pk), {"is_published": "on", "guides": ""} | fields
    )


def test_facts_are_saved(client, lead, project):
    category = Facet.objects.create(kind="category", name_fr="Outils")
    office = Facet.objects.create(kind="office", name_fr="Liège")
    guide = make_guide("Factures")
    client.force_login(lead)
    response = facts(
        client, project, launched="06/2021", category=[category.pk], office=[office.pk],
        guides=f"{guide.pk}, {guide.pk}",
    )  # fmt: skip
    assert response.status_code == 302
    project.refresh_from_db()
    assert project.launched == "2021-06" and project.related_guides == [guide.pk]
    assert set(project.facets.all()) == {category, office}
    facts(client, project, category=[])
    assert not project.facets.exists()


def test_related_guides_are_given_by_the_addresses_of_their_pages(client, lead, project):
    topic = make_guide("Argent")
    moved = make_guide("Factures", parent=topic)
    translate(moved, "nl", "Facturen")
    tree.move_guide(moved, None)
    hidden = make_guide("Brouillon", draft=True)
    project.related_guides = [hidden.pk]  # which is not published now
    project.save()
    client.force_login(lead)
    given = f"https://example.org/nl/gidsen/argent/facturen/?q=1#x\n/fr/guides/argent/\n{hidden.pk}"
    assert facts(client, project, guides=given).status_code == 302
    project.refresh_from_db()
    assert project.related_guides == [moved.pk, topic.pk, hidden.pk]
    shown = client.get(address("project_desk:facts", project.pk)).context["form"]["guides"].value()
    assert shown.split() == ["/fr/guides/factures/", "/fr/guides/argent/", str(hidden.pk)]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"launched": "2022", "expected_end": "2021"}, "expected_end"),
        ({"launched": "hier"}, "launched"),
        ({"launched": "31/02/2021"}, "launched"),
        ({"ended": "2021"}, "ended"),  # it is in progress
        ({"guides": "abc"}, "guides"),
        ({"guides": "4711"}, "guides"),
        ({"guides": "9" * 40}, "guides"),
        *(({"guides": f"/fr/{path}"}, "guides") for path in ("guides/x/", "projets/", "%00", "?")),
        ({"guides": "/xx/guides/"}, "guides"),
        ({"guides": "http://["}, "guides"),
    ],
)
def test_wrong_facts_are_said_beside_their_field(client, lead, project, fields, wrong):
    client.force_login(lead)
    response = facts(client, project, **fields)
    assert response.status_code == 422
    assert f"id_{wrong}_error" in response.content.decode()
    assert Project.objects.get().launched == ""


@pytest.mark.parametrize("kind", ["objective", "milestone", "call"])
def test_parts_are_added_changed_and_deleted(client, lead, project, kind):
    client.force_login(lead)
    field = "text_fr" if kind == "objective" else "title_fr"
    add = address("project_desk:add", project.pk, kind)
    assert client.post(add, {field: ""}).status_code == 422
    assert client.post(add, {field: "Le premier"}).status_code == 302
    part = getattr(project, f"{kind}s").get()
    change = address("project_desk:part", project.pk, kind, part.pk)
    client.post(change, {field: "Le second"})
    readers = (client, Client(), Client())  # a visitor's page is kept for the next
    for reader in readers:
        assert "Le second" in reader.get(page_of(project)).content.decode()
    client.post(address("project_desk:delete", project.pk, kind, part.pk))
    for reader in readers:
        assert "Le second" not in reader.get(page_of(project)).content.decode()
    assert Entry.objects.latest("pk").event == "project.part_deleted"


def test_the_desk_asks_little_of_the_database(client, lead, project, django_assert_max_num_queries):
    for number in range(10):
        make_update(project, f"Nouvelle {number}")
        make_call(project)
    client.force_login(lead)
    with django_assert_max_num_queries(14):
        client.get(address("project_desk:project", project.pk))
