"""Curves as SVG: a few lines over numbers that double, readable in light and dark."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 120, 50, 50  # margins; names of lines stand on the right
COLOURS = ("#1f6fb2", "#b35900", "#a3245e", "#2e7d32")


def curves(
    title: str, across: str, up: str, numbers: Sequence[int], lines: Mapping[str, Sequence[float]]
) -> str:
    """Draw `lines`, each with a value for each of `numbers`, or of the first of them.

    Both axes grow by factors.
    """
    values = [value for line in lines.values() for value in line]
    low = 10 ** math.floor(math.log10(min(values)))
    high = 10 ** math.ceil(math.log10(max(values) * 1.01))

    def x(number: float) -> float:
        part = math.log(number / numbers[0]) / math.log(numbers[-1] / numbers[0])
        return LEFT + part * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        part = math.log(value / low) / math.log(high / low)
        return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)

    steps = [low * 10**n for n in range(round(math.log10(high / low)) + 1)]
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="sans-serif" font-size="13">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        _text(WIDTH / 2, 26, title, "middle", size=16),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, across, "middle"),
        _text(10, TOP - 10, up, "start"),
    ]
    for step in steps:
        drawn.append(_line([(LEFT, y(step)), (WIDTH - RIGHT, y(step))], "#ddd"))
        drawn.append(_text(LEFT - 8, y(step) + 4, f"{step:g}", "end"))
    drawn += [_text(x(n), HEIGHT - BOTTOM + 18, str(n), "middle") for n in numbers]
    ends: list[tuple[float, str, str]] = []
    for colour, (name, line) in zip(COLOURS, lines.items(), strict=False):
        points = [(x(n), y(value)) for n, value in zip(numbers, line, strict=False)]
        drawn.append(_line(points, colour, width=2))
        ends.append((points[-1][1], name, colour))
    below = float(HEIGHT)
    for end, name, colour in sorted(ends, reverse=True):  # from below, none over another
        below = min(end + 4, below - 15)
        drawn.append(_text(WIDTH - RIGHT + 8, below, name, "start", colour=colour))
    return "\n".join([*drawn, "</svg>", ""])


def _line(points: Sequence[tuple[float, float]], colour: str, *, width: int = 1) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def _text(
    x: float, y: float, words: str, anchor: str, *, size: int = 13, colour: str = "#222"
) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{colour}"'
    return f"<text {place}>{escape(words)}</text>"
