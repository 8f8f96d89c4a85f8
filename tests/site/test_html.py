"""Pages are valid HTML, with one title, one main heading and no id twice."""

import re
import urllib.error
from collections import Counter
from http import HTTPStatus
from urllib.parse import urlsplit
from urllib.request import urlopen

import html5lib
import pytest


def fetch(url: str, status: HTTPStatus) -> str:
    try:
        answer = urlopen(url)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        assert answer.status == status, url
        return answer.read().decode()


def check(content: str, url: str) -> None:
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(content)
    assert parser.errors == [], (url, parser.errors)
    assert len(re.findall("<h1[ >]", content)) == 1, url
    assert len(re.findall("<title>", content)) == 1, url
    ids = Counter(re.findall(r'\sid="([^"]*)"', content))
    assert [name for name, number in ids.items() if number > 1] == [], url


@pytest.mark.once
def test_every_page_of_the_demonstration_is_valid(site):
    sitemap = urlopen(f"{site}/sitemap-guides.xml").read().decode()
    paths = [urlsplit(url).path for url in re.findall("<loc>([^<]*)</loc>", sitemap)]
    assert len(paths) > 100
    for path in [*paths, "/fr/", "/nl/", "/en/", "/de/", "/fr/guides/", "/nl/account/aanmelden/"]:
        check(fetch(site + path, HTTPStatus.OK), path)
    for path in ("/fr/xyz/", "/de/leitfaeden/xyz/"):
        check(fetch(site + path, HTTPStatus.NOT_FOUND), path)


def test_no_address_of_django_wiki_is_there():
    from django.urls import NoReverseMatch, reverse

    for name in ("wiki:root", "wiki:get", "wiki:change_revision", "wiki:edit", "nyt:settings"):
        with pytest.raises(NoReverseMatch):
            reverse(name, kwargs={})
