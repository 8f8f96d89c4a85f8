"""Editors move, order, delete and restore guides; no address ever breaks."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from articles.models import Guide
from tests.articles.writing import address, editor, source_of
from tests.guides import STAFF, make_guide, make_user, translate

pytestmark = pytest.mark.django_db


def place_url(guide: Guide) -> str:
    return address("place", guide.pk)


def place_form(guide: Guide, **changes) -> dict:
    form = {"parent": guide.parent_id or "topic", "visibility": guide.visibility, "owner": ""}
    return form | changes


@pytest.fixture
def tree():
    contracts, invoices = make_guide("Contrats"), make_guide("Factures")
    late = make_guide("Retard", parent=invoices)
    translate(late, "nl", "Te laat")
    return contracts, invoices, late


def test_a_guide_moves_with_its_languages_and_all_below(client, tree):
    contracts, invoices, late = tree
    client.force_login(editor())
    client.post(place_url(invoices), place_form(invoices, parent=contracts.pk))
    assert source_of(late).path == "contrats/factures/retard"
    client.logout()
    for old, new in [
        ("/fr/guides/factures/retard/", "/fr/guides/contrats/factures/retard/"),
        ("/nl/gidsen/factures/te-laat/", "/nl/gidsen/contrats/factures/te-laat/"),
    ]:
        response = client.get(old)
        assert (response.status_code, response.url) == (301, new)


def test_a_guide_cannot_go_below_itself(client, tree):
    _contracts, invoices, late = tree
    client.force_login(editor())
    page = client.get(place_url(invoices)).content.decode()
    assert f'value="{late.pk}"' not in page
    found = client.get(address("find-place"), {"place_words": "retard", "guide": invoices.pk})
    assert f'value="{late.pk}"' not in found.content.decode()
    response = client.post(place_url(invoices), place_form(invoices, parent=late.pk))
    assert response.status_code == 422


def test_a_taken_address_is_refused_in_words(client, tree):
    contracts, _invoices, _late = tree
    other = make_guide("Retard", parent=contracts)
    client.force_login(editor())
    response = client.post(place_url(other), place_form(other, parent=tree[1].pk))
    assert response.status_code == 422
    assert "factures/retard" in response.content.decode()


def test_a_place_is_found_by_words_and_the_chosen_one_stays(client, tree):
    contracts, invoices, late = tree
    client.force_login(editor())
    asked = {"place_words": "te laat", "parent": contracts.pk}
    with override("nl"):
        page = client.get(reverse("writing:find-place"), asked).content.decode()
    assert "Factures › Te laat" in page
    assert f'value="{late.pk}"' in page
    assert re.search(f'value="{contracts.pk}"[^>]* checked', page)
    assert f'value="{invoices.pk}"' not in page
    nothing = client.get(address("find-place"), {"place_words": "\0 rien"}).content.decode()
    assert "Aucun guide n’a ces mots dans son titre." in nothing


def test_without_a_script_a_button_finds_places_and_saves_nothing(client, tree):
    contracts, invoices, late = tree
    client.force_login(editor())
    form = place_form(contracts, place_words="RETARD", visibility=STAFF, do="find-place")
    page = client.post(place_url(contracts), form).content.decode()
    assert f'value="{late.pk}"' in page
    assert f'value="{invoices.pk}" id' not in page  # the audiences have numbers as well
    assert f'<option value="{STAFF}" selected>' in page
    contracts.refresh_from_db()
    assert contracts.visibility != STAFF


def test_a_form_without_a_place_moves_nothing(client, tree):
    _contracts, _invoices, late = tree
    client.force_login(editor())
    assert client.post(place_url(late), place_form(late, parent="")).status_code == 422


def test_few_places_are_offered_in_as_many_queries(client, django_assert_num_queries):
    topic = make_guide("Contrats")
    for number in range(15):
        make_guide(f"Durée {number}", parent=topic)
    client.force_login(editor())
    find = address("find-place")
    client.get(find)
    with django_assert_num_queries(5):  # two of them for the person
        page = client.get(find, {"place_words": "durée"}).content.decode()
    assert page.count("<input") == 11
    assert "Tapez d’autres mots" in page


@pytest.mark.parametrize(
    ("step", "order"),
    [("up", "BAC"), ("down", "ACB"), ("first", "BAC"), ("last", "ACB"), ("sideways", "ABC")],
)
def test_guides_are_ordered_with_buttons(client, step, order):
    topic = make_guide("Contrats")
    _a, b, _c = [make_guide(name, parent=topic, slug=name.lower()) for name in "ABC"]
    client.force_login(editor())
    client.post(place_url(b), {"step": step})
    in_order = Guide.objects.filter(parent=topic).order_by("position", "pk")
    assert "".join(str(guide) for guide in in_order) == order


def test_visibility_and_owner_change(client, tree):
    _contracts, invoices, late = tree
    person = editor()
    client.force_login(person)
    client.post(place_url(invoices), place_form(invoices, visibility=STAFF, owner=person.pk))
    late.refresh_from_db()
    assert late.audience == STAFF
    assert Guide.objects.get(pk=invoices.pk).owner == person


def test_deleting_asks_then_hides_and_restoring_undoes_it(client, tree):
    _contracts, invoices, late = tree
    client.force_login(editor())
    assert "1" in client.get(address("delete", invoices.pk)).content.decode()
    assert client.get("/fr/guides/factures/").status_code == 200
    page = client.post(address("delete", invoices.pk), follow=True).content.decode()
    assert page.count(address("restore", invoices.pk)) == 1
    client.logout()
    assert client.get("/fr/guides/factures/retard/").status_code == 404
    client.force_login(editor("autre"))
    client.post(address("restore", invoices.pk))
    client.logout()
    assert client.get("/fr/guides/factures/retard/").status_code == 200
    assert not Guide.objects.get(pk=late.pk).deleted_at


def test_a_guide_below_a_deleted_one_waits_for_it(client, tree):
    from articles import tree as operations

    _contracts, invoices, late = tree
    operations.delete_guide(invoices)
    client.force_login(editor())
    client.post(address("restore", late.pk), follow=True)
    assert Guide.objects.get(pk=late.pk).deleted_at


@pytest.mark.parametrize("action", ["place", "delete", "restore"])
@pytest.mark.parametrize(
    "person", ["visitor", "member", "moderator", "project_lead", "editor of Dutch"]
)
def test_only_editors_of_the_source_language_manage(client, tree, action, person):
    contracts = tree[0]
    if person == "editor of Dutch":
        client.force_login(editor("vertaler", "nl"))
    elif person != "visitor":
        client.force_login(make_user("somebody", "" if person == "member" else person))
    response = client.post(address(action, contracts.pk), place_form(contracts))
    assert response.status_code == 403
    assert not Guide.objects.get(pk=contracts.pk).deleted_at


def test_a_get_never_restores(client, tree):
    client.force_login(editor())
    assert client.get(address("restore", tree[0].pk)).status_code == 405


def test_only_editors_see_what_is_deleted(client):
    assert client.get(address("deleted")).status_code == 403
    client.force_login(make_user("member"))
    assert client.get(address("deleted")).status_code == 403


def test_what_is_deleted_comes_page_by_page(client, tree, django_assert_num_queries):
    from articles import tree as operations

    _contracts, invoices, late = tree
    operations.delete_guide(invoices)  # `late`, below it, goes with it
    for number in range(60):
        operations.delete_guide(make_guide(f"Ancien {number:02}"))
    client.force_login(editor())
    with django_assert_num_queries(6):
        first = client.get(address("deleted")).content.decode()
    assert first.count("/restaurer/") == 50
    second = client.get(address("deleted"), {"page": "2"}).content.decode()
    assert second.count("/restaurer/") == 11
    assert "Ancien 59" in first and "Ancien 00" in second
    assert address("restore", invoices.pk) in second
    assert address("restore", late.pk) not in first + second


def test_the_place_page_needs_few_queries(client, tree, django_assert_max_num_queries):
    for number in range(6):
        make_guide(f"Autre {number}")
    client.force_login(editor())
    client.get(place_url(tree[0]))
    with django_assert_max_num_queries(12):
        client.get(place_url(tree[0]))
