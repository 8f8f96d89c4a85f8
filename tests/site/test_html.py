"""Pages are valid HTML, with one title, one main heading and no id twice."""

import re
from collections import Counter

import html5lib
import pytest
from django.core.management import call_command

from articles.models import Translation
from articles.navigation import guide_url

pytestmark = pytest.mark.django_db


def check(content: str, url: str) -> None:
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(content)
    assert parser.errors == [], (url, parser.errors)
    assert len(re.findall("<h1[ >]", content)) == 1, url
    assert len(re.findall("<title>", content)) == 1, url
    ids = Counter(re.findall(r'\sid="([^"]*)"', content))
    assert [name for name, number in ids.items() if number > 1] == [], url


def test_every_page_of_the_demonstration_is_valid(client):
    call_command("load_demo", verbosity=0)
    urls = [
        guide_url(language, path)
        for language, path in Translation.objects.filter(
            guide__audience=0, published__isnull=False
        ).values_list("language", "path")
    ]
    assert len(urls) > 100
    for url in [*urls, "/fr/", "/nl/", "/en/", "/de/", "/fr/guides/", "/nl/account/aanmelden/"]:
        response = client.get(url)
        assert response.status_code == 200, url
        check(response.content.decode(), url)
    for url in ("/fr/xyz/", "/de/leitfaeden/xyz/"):
        check(client.get(url).content.decode(), url)


def test_no_address_of_django_wiki_is_there():
    from django.urls import NoReverseMatch, reverse

    for name in ("wiki:root", "wiki:get", "wiki:change_revision", "wiki:edit", "nyt:settings"):
        with pytest.raises(NoReverseMatch):
            reverse(name, kwargs={})
