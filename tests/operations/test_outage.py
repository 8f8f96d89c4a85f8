"""While something is away the site says so, reads where it can, and loses no text."""

import errno

import pytest
from django.db import connection
from django.db.utils import IntegrityError, OperationalError, ProgrammingError
from django.test import Client, override_settings
from psycopg import errors

from smartwiki import outage, visitor_cache
from smartwiki.models import ContentVersion
from tests.articles.writing import edit_url, editor, source_of, text_form
from tests.guides import make_guide

pytestmark = pytest.mark.django_db
WORDS = "Ce texte est assez long pour que personne ne veuille l’écrire une deuxième fois."


def refuse(*args) -> None:
    raise OperationalError("server closed the connection unexpectedly")


@pytest.fixture(autouse=True)
def reader(monkeypatch) -> Client:
    monkeypatch.setattr(visitor_cache, "_away_until", 0.0)
    return Client(raise_request_exception=False)


def test_visitors_read_kept_pages_while_the_database_is_away(reader, monkeypatch):
    make_guide("Factures")
    before = reader.get("/fr/guides/factures/")
    with connection.execute_wrapper(refuse):
        during = reader.get("/fr/guides/factures/")
        other = reader.get("/nl/gidsen/")
    assert during.status_code == 200
    assert during.content == before.content
    assert other.status_code == 503
    assert "zo terug" in other.content.decode()
    assert other["Retry-After"] == "30"
    monkeypatch.setattr(visitor_cache, "_away_until", 0.0)  # a second later
    assert reader.get("/nl/gidsen/").status_code == 200


def test_a_database_that_is_away_is_asked_once_a_second(reader):
    make_guide("Factures")
    reader.get("/fr/guides/factures/")
    asked = []
    with connection.execute_wrapper(lambda *args: asked.append(1) or refuse()):
        for _each in range(5):
            assert reader.get("/fr/guides/factures/").status_code == 200
    assert len(asked) == 1


def test_questions_in_the_address_are_not_answered_from_what_is_kept(reader):
    reader.get("/fr/")
    with connection.execute_wrapper(refuse):
        assert reader.get("/fr/?q=x").status_code == 503


def test_a_text_that_cannot_be_saved_is_given_back(reader):
    guide = make_guide("Factures")
    reader.force_login(editor())
    form = text_form(source_of(guide), text=WORDS)

    def cannot_write(execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE")):
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(cannot_write):
        answer = reader.post(edit_url(guide), form)
    assert answer.status_code == 503
    assert WORDS in answer.content.decode()
    assert "secret-word" not in answer.content.decode()
    assert ContentVersion.current()  # the connection is well


@pytest.mark.parametrize(
    ("error", "is_away"),
    [
        (OperationalError(), True),
        (IntegrityError(), False),
        (OSError(errno.ENOSPC, "full"), True),
        (OSError(errno.EROFS, "read-only"), True),
        (FileNotFoundError(errno.ENOENT, "gone"), False),
        (ValueError(), False),
        (None, False),
    ],
)
def test_outages_are_told_from_mistakes(error, is_away):
    assert outage.is_outage(error) is is_away


@pytest.mark.parametrize(
    ("cause", "is_away"), [(errors.UndefinedTable(), True), (errors.SyntaxError(), False)]
)
def test_forgotten_migrations_are_an_outage(cause, is_away):
    error = ProgrammingError()
    error.__cause__ = cause
    assert outage.is_outage(error) is is_away


def test_a_bucket_that_is_away_is_an_outage():
    from botocore.exceptions import EndpointConnectionError

    assert outage.is_outage(EndpointConnectionError(endpoint_url="x"))


def test_a_mistake_of_ours_is_a_500(reader, settings):
    with override_settings(ROOT_URLCONF="tests.operations.broken_urls"):
        answer = reader.get("/broken/")
    assert answer.status_code == 500
    assert "de notre côté" in answer.content.decode()
