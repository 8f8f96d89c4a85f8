"""`docs/security.md` says where each point is tested: there is such a test."""

from __future__ import annotations

import re

import pytest

from tests.servers import ROOT

TABLE = (ROOT / "docs/security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:\w+/)?test_\w+\.py|[a-z_]+/)`", TABLE)) - {"tests/"})


@pytest.mark.parametrize("name", NAMED)
def test_what_is_named_is_there(name):
    place = ROOT / "tests" / name
    found = list(place.glob("test_*.py")) if name.endswith("/") else [place]
    assert any(each.is_file() for each in found)


def test_many_points_name_their_tests():
    assert len(NAMED) > 20
