"""The projects' pages are valid HTML, with one main heading and no id twice."""

import re
from collections import Counter

import html5lib
import pytest

from projects import demo
from projects.models import Project
from smartwiki.accounts.demo import create_demo_accounts
from smartwiki.accounts.models import User
from tests.projects.helpers import address, page_of
from tests.servers import ROOT

pytestmark = pytest.mark.django_db


def check(client, url: str) -> None:
    response = client.get(url)
    assert response.status_code == 200, url
    content = response.content.decode()
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(content)
    assert parser.errors == [], (url, parser.errors)
    assert len(re.findall("<h1[ >]", content)) == 1, url
    ids = Counter(re.findall(r'\sid="([^"]*)"', content))
    assert [name for name, number in ids.items() if number > 1] == [], url


def test_every_page_is_valid(client):
    create_demo_accounts()
    demo.load_showcase(ROOT / "demo" / "projects", 2)
    project = Project.objects.get(key="showcase-1")
    call = project.calls.filter(closes_at__gt=project.news_at).latest("closes_at")
    for url in (address("home"), address("projects:overview"), page_of(project)):
        check(client, url)
    for name in ("call", "thanks"):
        check(client, address(f"projects:{name}", project.slug_fr, call.pk))
    client.force_login(User.objects.get(email=demo.LEAD))
    check(client, address("project_desk:index"))
    for name in ("project", "texts", "facts", "new-update"):
        check(client, address(f"project_desk:{name}", project.pk))
    check(client, address("project_desk:part", project.pk, "call", call.pk))
    check(client, address("project_desk:answers", project.pk, call.pk))
