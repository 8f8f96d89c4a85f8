"""People who are at work on a site while its parts fail, and what they were told was saved."""

from __future__ import annotations

import http.client
import http.cookiejar
import os
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from tests.demonstration import new_database
from tests.servers import manage, production_environment

PEOPLE = 8
SET_UP = f"""
from django.conf import settings
from django.test import Client
from tests.guides import make_guide, make_user
for number in range({PEOPLE}):
    client = Client()
    client.force_login(make_user(f"editor{{number}}", "editor"))
    print("session", client.cookies[settings.SESSION_COOKIE_NAME].OutputString())
make_guide("Factures", text="\\n\\n".join(f"{{n}}: 0." for n in range({PEOPLE})))
"""
CONFIRMED = """
from wiki.models import ArticleRevision
print("\\n".join(ArticleRevision.objects.values_list("content", flat=True)))
"""


def databases(name: str) -> dict[str, dict[str, str]]:
    """Return what tells a site of each database there is: SQLite's, and one called so."""
    found: dict[str, dict[str, str]] = {"SQLite": {}}
    if url := os.environ.get("POSTGRES_URL", ""):
        found["PostgreSQL"] = new_database(name, url=url)
    return found


def installation(folder: Path, database: dict[str, str]) -> dict[str, str]:
    """Make an empty site; return its environment."""
    environment = production_environment(folder, **database)
    manage(environment, "migrate", "--verbosity=0")
    manage(environment, "collectstatic", "--no-input", "--verbosity=0")
    return environment


def set_up(environment: dict[str, str]) -> list[str]:
    """Make a guide of eight paragraphs and eight editors; return their sessions' cookies."""
    printed = manage(environment, "shell", "--verbosity=0", "-c", SET_UP)
    return re.findall(r"^session ([^;\s]+)", printed, re.MULTILINE)


class Front:
    """What `Person` asks for: the address of the site."""

    def __init__(self, url: str) -> None:
        self.url = url


class Person(threading.Thread):
    """Changes one paragraph of the guide over and over, and notes what the site confirmed."""

    def __init__(
        self,
        server: Front,
        number: int,
        cookie: str,
        end: threading.Event,
        *handlers: urllib.request.BaseHandler,
    ) -> None:
        super().__init__()
        self.server, self.number, self.end = server, number, end
        self.confirmed: list[str] = []
        self.odd: list[str] = []
        jar = http.cookiejar.CookieJar()
        jar.set_cookie(_cookie(server.url, *cookie.split("=", 1)))
        cookies = urllib.request.HTTPCookieProcessor(jar)
        self.opener = urllib.request.build_opener(cookies, *handlers)

    def run(self) -> None:
        count = 0
        while not self.end.is_set():
            count += 1
            try:
                self._save(count)
            except urllib.error.HTTPError as error:
                self.odd.append(f"{error.code} {error.url}")
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)  # the server is down just now

    def _save(self, count: int) -> None:
        links = self._get("/fr/guides/factures/").partition('class="desk-links"')[2]
        edit = re.search(r'href="([^"]+)"', links)[1]
        form = self._get(edit)
        text = re.search(r'<textarea name="text"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL)[1]
        mine = f"{self.number}: {count}."
        paragraphs = text.strip().split("\n\n")
        paragraphs[self.number] = mine
        answer = self._post(
            edit, form, text="\n\n".join(paragraphs), title="Factures", do="publish"
        )
        if answer.url.endswith("/fr/guides/factures/"):
            self.confirmed.append(mine)

    def _get(self, path: str) -> str:
        with self.opener.open(self.server.url + path, timeout=10) as answer:
            return answer.read().decode()

    def _post(self, path: str, page: str, **fields: str):
        form = {"csrfmiddlewaretoken": value_in(page, "csrfmiddlewaretoken"), **fields}
        if 'name="base"' in page:
            form |= {"base": value_in(page, "base"), "significance": "minor"}
        body = urllib.parse.urlencode(form).encode()
        with self.opener.open(self.server.url + path, body, timeout=10) as answer:
            answer.read()
            return answer


def value_in(page: str, name: str) -> str:
    """Return what a hidden field of a form holds."""
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def _cookie(url: str, name: str, value: str) -> http.cookiejar.Cookie:
    """Make a session's cookie; checking eight passwords at once would take longer than saving."""
    host = urllib.parse.urlsplit(url).hostname or ""
    domain = host if "." in host else f"{host}.local"  # as the jar names a host without a dot
    return http.cookiejar.Cookie(
        *(0, name, value, None, False, domain, False, False, "/", True, False, None, True),
        *(None, None, {}),
    )
