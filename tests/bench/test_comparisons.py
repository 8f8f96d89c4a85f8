"""What the benches compare with what."""

from __future__ import annotations

import re

import pytest

from bench import growth, search


@pytest.mark.parametrize(
    ("sizes", "place"),
    [
        ([9_000, 9_100, 9_500], 0),
        ([2_000, 9_100, 9_500], 1),
        ([2_000, 4_000, 9_500], 2),
        ([12_000, 9_500], 0),
    ],
)
def test_growth_is_told_from_the_first_page_that_is_as_full(sizes, place):
    assert growth._first_as_full(sizes) == place


def test_the_engines_are_compared_at_each_number_of_pages():
    measured = {
        "query p50, 1,000 pages": "0.50 ms",
        "query p50, 10,000 pages": "3.00 ms",
        "completion p95, 1,000 pages": "1.0 ms",
        "PostgreSQL: query p50, 1,000 pages": "1.00 ms",
        "PostgreSQL: query p50, 10,000 pages": "2.00 ms",
        "PostgreSQL: completion p95, 1,000 pages": "1.0 ms",
    }
    assert [(figure, found) for figure, _aim, found in search._compared(measured)] == [
        ("Whoosh ÷ PostgreSQL, query p50, 1,000 pages", "0.50"),
        ("Whoosh ÷ PostgreSQL, query p50, 10,000 pages", "1.50"),
    ]


def test_one_engine_alone_is_compared_with_nothing():
    assert search._compared({"query p50, 1,000 pages": "0.50 ms"}) == []


def test_each_database_is_drawn_up_to_as_many_guides_as_were_tried(tmp_path, monkeypatch):
    monkeypatch.setattr(growth, "RESULTS", tmp_path)
    times = {"visitor: tree": [10.0, 11.0, 12.0, 13.0]}
    shorter = {"visitor: tree": [20.0, 21.0]}
    growth._draw(
        {
            "SQLite": {"guides": [100, 1_000, 10_000, 100_000], "p50": times, "p95": times},
            "PostgreSQL": {"guides": [100, 1_000], "p50": shorter, "p95": shorter},
        }
    )
    picture = (tmp_path / "growth-visitor--tree.svg").read_text()
    drawn = re.findall(r'points="([^"]*)" fill="none" stroke="\S+" stroke-width="2"', picture)
    assert sorted(len(line.split()) for line in drawn) == [2, 2, 4, 4]
