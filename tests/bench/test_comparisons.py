"""What the benches compare with what."""

from __future__ import annotations

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
