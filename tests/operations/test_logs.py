"""Logs can be read by machines, belong to a request, and know nobody."""

import json
import logging
import sys

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import RequestFactory

from smartwiki import logs
from smartwiki.audit.models import Entry


def line(message: str, *args, **extra) -> dict:
    record = logging.LogRecord("smartwiki.x", logging.ERROR, __file__, 1, message, args, None)
    record.__dict__.update(extra)
    return json.loads(logs.Formatter().format(record))


def test_a_line_is_an_object_with_the_number_of_its_request():
    logs.begin_request("0123456789abcdef")
    said = line("Went %s", "wrong")
    assert said["message"] == "Went wrong"
    assert said["level"] == "ERROR"
    assert said["logger"] == "smartwiki.x"
    assert said["request_id"] == "0123456789abcdef"
    assert said["time"].endswith("Z")


@pytest.mark.parametrize("wanted", ["", "short", "x" * 65, 'quote"break', "a b c d e f g"])
def test_a_number_that_nobody_gave_properly_is_made(wanted):
    logs.begin_request(wanted)
    assert len(logs.request_id()) == 16


def test_addresses_of_people_and_machines_are_left_out():
    said = line("Key (email)=(lucie@example.org) from 192.0.2.77 and 2001:db8::1:7 exists")
    assert said["message"] == "Key (email)=(…) from … and … exists"


def test_a_request_that_is_attached_is_left_out():
    request = RequestFactory().get("/fr/?q=maladie", REMOTE_ADDR="192.0.2.1")
    said = line("Not Found", request=request, status_code=404, user="lucie")
    assert "maladie" not in json.dumps(said)
    assert "lucie" not in json.dumps(said)


def test_an_exception_is_told_without_the_person():
    try:
        raise ValueError("lucie@example.org is taken")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "Failed", (), sys.exc_info())
    said = json.loads(logs.Formatter().format(record))
    assert "ValueError" in said["exception"]
    assert "lucie" not in said["exception"]


def test_a_refusal_is_told_without_our_code():
    configured = logs.configuration(as_json=True)
    assert configured["handlers"]["stderr"]["filters"] == ["refusals"]
    refusals = configured["filters"]["refusals"]["()"]()
    for level, is_told in ((logging.WARNING, False), (logging.ERROR, True)):
        try:
            raise PermissionDenied
        except PermissionDenied:
            about = ("django.request", level, "", 1, "Forbidden", (), sys.exc_info())
        record = logging.LogRecord(*about)
        assert refusals.filter(record)
        assert ("exception" in json.loads(logs.Formatter().format(record))) is is_told


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/fr/guides/note-de-frais/", "/fr/guides/note-de-frais/"),
        ("/fr/compte/confirmer/MQ:1uXyZ9-abcdef/", "/fr/compte/confirmer/…/"),
        ("/fr/stop/7k3m9abcdefg", "/fr/stop/…"),
        ("/static/css/site.0a1b2c3d4e5f.css", "/static/css/site.0a1b2c3d4e5f.css"),
    ],
)
def test_secrets_in_an_address_are_left_out(path, shown):
    assert logs.without_secrets(path) == shown


def test_slow_queries_are_told_without_their_values(db, caplog):
    with connection.execute_wrapper(logs.SlowQueries(0)):
        list(Entry.objects.filter(label="lucie"))
    (record,) = [each for each in caplog.records if each.name == "smartwiki.slow_query"]
    said = json.loads(logs.Formatter().format(record))
    assert "audit_entry" in said["sql"]
    assert "lucie" not in json.dumps(said)
    assert said["milliseconds"] >= 0


def test_fast_queries_are_not_told(db, caplog):
    with connection.execute_wrapper(logs.SlowQueries(60_000)):
        list(Entry.objects.all())
    assert not caplog.records


@pytest.mark.parametrize(("as_json", "has_formatter"), [(True, True), (False, False)])
def test_logs_are_for_machines_or_for_people(as_json, has_formatter):
    line = logs.configuration(as_json=as_json)["formatters"]["line"]
    assert (line.get("()") is logs.Formatter) is has_formatter
