"""Pictures of what was measured."""

import re

from bench.curves import curves
from bench.load import Load


def test_each_line_has_its_points_and_its_name():
    lines = {"p50": [1.0, 2.0, 9.0], "p95 & more": [3.0, 8.0, 40.0]}
    picture = curves("Time <of an answer>", "readers", "ms", [1, 4, 16], lines)
    words = re.findall(r"<text [^>]*>([^<]*)</text>", picture)
    assert {"p50", "p95 &amp; more", "Time &lt;of an answer&gt;", "16"} <= set(words)
    drawn = re.findall(
        r'<polyline points="([^"]*)" fill="none" stroke="\S+" stroke-width="2"/>', picture
    )
    heights = [[float(point.split(",")[1]) for point in points.split()] for points in drawn]
    assert [len(line) for line in heights] == [3, 3]
    assert heights[0] == sorted(heights[0], reverse=True)  # longer is higher


def test_percentiles_are_times_in_which_answers_came():
    measured = Load([0.1] * 90 + [0.5] * 9 + [2.0], elapsed=4.0)
    assert [measured.percentile(part) for part in (0.5, 0.95, 0.99)] == [0.1, 0.5, 2.0]
    assert measured.rate == 25
