"""Fifty people save the same text at the same moment: no word is lost, nobody gets an error."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from articles.models import RevisionInfo
from tests.articles.writing import edit_url, editor, source_of, text_form
from tests.guides import make_guide

SAVERS = 50


pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("connections_for_all"),
]


def _save(client: Client, url: str, form: dict, start: Barrier) -> int:
    start.wait()
    try:
        return client.post(url, form).status_code
    finally:
        connection.close()


def _all_at_once(url: str, forms: list[dict]) -> list[int]:
    start = Barrier(SAVERS, timeout=60)
    clients = []
    for number in range(SAVERS):
        clients.append(client := Client(raise_request_exception=False))
        client.force_login(editor(f"editor{number}"))
    with ThreadPoolExecutor(SAVERS) as pool:
        jobs = [
            pool.submit(_save, client, url, form, start)
            for client, form in zip(clients, forms, strict=True)
        ]
        return [job.result() for job in jobs]


def test_fifty_people_who_each_change_a_paragraph_are_all_merged():
    paragraphs = [f"Paragraphe {number}." for number in range(SAVERS)]
    guide = make_guide("Factures", text="\n\n".join(paragraphs))
    forms = []
    for number in range(SAVERS):
        mine = [*paragraphs[:number], f"Changé par {number}.", *paragraphs[number + 1 :]]
        forms.append(text_form(source_of(guide), text="\n\n".join(mine)))
    assert _all_at_once(edit_url(guide), forms) == [302] * SAVERS
    text = source_of(guide).published.revision.content
    assert text == "\n\n".join(f"Changé par {number}." for number in range(SAVERS))
    numbers = RevisionInfo.objects.values_list("revision__revision_number", flat=True)
    assert sorted(numbers) == list(range(1, SAVERS + 2))


def test_fifty_people_who_change_the_same_passage_are_told():
    guide = make_guide("Factures", text="Avant.")
    forms = [text_form(source_of(guide), text=f"Par {number}.") for number in range(SAVERS)]
    statuses = _all_at_once(edit_url(guide), forms)
    assert sorted(statuses) == [302] + [409] * (SAVERS - 1)
    winner = forms[statuses.index(302)]["text"]
    assert source_of(guide).published.revision.content == winner
    assert RevisionInfo.objects.count() == 2
