"""A process that was just started answers its first reader as quickly as the next."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.servers import ROOT, production_environment

AFTER_START = """
import gc, json
from smartwiki.wsgi import application
from django.template import engines
from django.urls import get_resolver
print(json.dumps({
    "passed over": gc.get_freeze_count(),
    "templates": len(engines["django"].engine.template_loaders[0].get_template_cache),
    "languages": sorted(get_resolver()._reverse_dict),
}))
"""


def started(folder, **settings):
    """What is ready in a process that serves the site, before anything was asked."""
    environment = production_environment(folder, **settings)
    command = [sys.executable, "-c", AFTER_START]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    return json.loads(done.stdout)


def test_a_server_is_warm_before_it_answers(tmp_path):
    ready = started(tmp_path)
    assert ready["passed over"] > 100_000
    assert ready["templates"] >= len(list((ROOT / "templates").rglob("*.html")))
    assert ready["languages"] == ["de", "en", "fr", "nl"]


def test_a_server_for_developers_starts_at_once(tmp_path):
    """It starts again after each change of the code."""
    ready = started(tmp_path, DEBUG="1")
    assert (ready["passed over"], ready["templates"]) == (0, 0)
