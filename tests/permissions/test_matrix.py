"""Who may do what: the table, the policy and the running site say the same."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from smartwiki import matrix
from smartwiki.accounts import policy
from smartwiki.accounts.models import User
from smartwiki.management.commands import permission_matrix
from tests.guides import make_user
from tests.permissions import things as made

pytestmark = pytest.mark.django_db
SIGN_IN = ("/fr/compte/connexion/", "/admin/login/")
everybody = pytest.mark.parametrize("who", matrix.PEOPLE)


@pytest.fixture(autouse=True)
def quick_site(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.ACCOUNT_RATE_LIMITS = False


def patterns(resolver=None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the site with its name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            deeper = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from patterns(pattern, deeper)
        else:
            yield f"{namespace}{pattern.name}", pattern


NAMES = [name for name, _ in patterns() if name != "styleguide"]
ROUTES = [name for name in NAMES if not name.startswith("admin:")]


def test_every_address_is_in_the_table_and_nothing_else_is():
    assert {"admin" if name.startswith("admin:") else name for name in NAMES} == set(matrix.ROUTES)


def test_every_rule_is_in_the_table_and_nothing_else_is():
    assert sorted({rule.action for rule in matrix.RULES}) == policy.actions()


def test_nobody_is_let_into_an_address_that_is_not_in_the_table():
    with pytest.raises(KeyError):
        matrix.who_gets_in("somewhere:else")


def test_unknown_action_is_an_error_not_a_no():
    with pytest.raises(LookupError):
        policy.can(make_user(), "guide.eat")


@everybody
def test_policy_says_what_the_table_says(who):
    things = made.make_things(who)
    answers = {
        (rule.action, rule.thing): policy.can(
            things.person, rule.action, made.thing_of(rule, things)
        )
        for rule in matrix.RULES
    }
    assert answers == {(rule.action, rule.thing): who in rule.who for rule in matrix.RULES}


def test_closed_account_may_do_no_more_than_a_visitor():
    things = made.make_things(matrix.ADMINISTRATOR)
    things.person.is_active = False
    for rule in matrix.RULES:
        allowed = policy.can(things.person, rule.action, made.thing_of(rule, things))
        assert allowed == (matrix.VISITOR in rule.who), rule


class Site:
    """The site as one person sees it."""

    def __init__(self, person) -> None:
        self.client = Client(headers={"sec-fetch-site": "same-origin"})
        if isinstance(person, User):
            self.client.force_login(person)
        self.cookies = {name: cookie.value for name, cookie in self.client.cookies.items()}

    def lets_in(self, method: str, path: str, fields) -> bool:
        """Say whether a request is let in."""
        with transaction.atomic():
            response = getattr(self.client, method)(path, fields)
            if response.streaming:
                response.getvalue()
            transaction.set_rollback(True)
        self.client.cookies.load(self.cookies)  # some addresses sign out
        to_sign_in = response.headers.get("Location", "").startswith(SIGN_IN)
        return response.status_code not in (403, 404, 405) and not to_sign_in

    def opens(self, route: str, parameters, fields=None) -> bool:
        """Say whether the person gets in, by looking or by sending."""
        path = path_of(route, parameters)
        return any(self.lets_in(method, path, fields or {}) for method in ("get", "post"))


def path_of(route: str, parameters) -> str:
    pattern = get_resolver()
    with translation.override("fr"):
        names = next(keys for _, _, keys in routes_named(pattern, route))
        return reverse(route, kwargs={name: parameters[name] for name in names})


def routes_named(resolver, route: str):
    """Return (path, converters, parameter names) of the address called `route`."""
    *namespaces, name = route.split(":")
    for namespace in namespaces:
        _, resolver = resolver.namespace_dict[namespace]
    for possibilities, pattern, _, converters in resolver.reverse_dict.getlist(name):
        for _, parameters in possibilities:
            yield pattern, converters, parameters


def parameters_for(route: str, addresses) -> dict:
    """Return the parameters of the longest beginning that fits."""
    fitting = [start for start in addresses if route.startswith(start)]
    return addresses[max(fitting, key=len)] if fitting else {}


@everybody
def test_pages_show_what_the_rules_say(who):
    things = made.make_things(who)
    site = Site(things.person)
    for rule in matrix.RULES:
        if rule.route:
            parameters = made.parameters_of(rule.thing, things)
            if rule.route == "suggestions:suggest":
                parameters["pk"] = parameters["text"]
            assert site.opens(rule.route, parameters) == (who in rule.who), rule


@everybody
def test_every_address_lets_in_whom_the_table_says(who):
    things = made.make_things(who)
    addresses, fields = made.make_addresses(things), made.fields_of(things)
    site, wrong = Site(things.person), []
    for route in ROUTES:
        allowed = matrix.who_gets_in(route)
        if allowed == matrix.EVERYBODY and who != matrix.VISITOR:
            continue  # whoever is let in as a visitor is let in
        if site.opens(route, parameters_for(route, addresses), fields.get(route)) != (
            who in allowed
        ):
            wrong.append(route)
    assert wrong == []


def test_document_is_current():
    call_command("permission_matrix", check=True)


def test_old_document_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(permission_matrix, "PATH", tmp_path / "permissions.md")
    with pytest.raises(CommandError, match="old"):
        call_command("permission_matrix", check=True)
    call_command("permission_matrix", stdout=StringIO())
    call_command("permission_matrix", check=True)
