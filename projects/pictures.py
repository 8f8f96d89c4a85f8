"""The picture that other sites show beside a link to a project (Open Graph, 1200 × 630)."""

from __future__ import annotations

import io
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from font_source_serif_pro import font_files_ttf
from PIL import Image, ImageDraw, ImageFont

from projects.models import Status
from projects.pages import Moved
from projects.references import project_url
from projects.views import project_for_reader
from smartwiki.visitor_cache import for_visitors

REGULAR, BOLD = font_files_ttf["SourceSerifPro"], font_files_ttf["SourceSerifProBold"]
WIDTH, HEIGHT = 1200, 630  # pixels, what the sites that show it ask for
MARGIN = 90
TITLE_LINES = 4
PAPER, INK, INK_SOFT = "#faf5ec", "#1c2428", "#464e51"
STATUS_COLOURS = {
    Status.PLANNED: "#847968",
    Status.IN_PROGRESS: "#0e4a56",
    Status.DONE: "#32541d",
    Status.POSTPONED: "#6e4200",
    Status.NOT_PURSUED: "#8c1f0c",
}
# Scraps of cut paper in the corner, as on the home page.
SCRAPS = (
    ("#124f5b", ((930, 0), (1200, 0), (1200, 230), (985, 190))),
    ("#c9421f", ((1040, 120), (1200, 90), (1200, 330), (1075, 300))),
    ("#e4a63d", ((985, 60), (1100, 35), (1120, 150), (1005, 165))),
)


@require_safe
@for_visitors
def picture(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        page = project_for_reader(request, slug)
    except Moved as moved:
        return redirect(project_url(moved.project, get_language(), "picture"))
    png = draw(page.title.text, page.status)
    return HttpResponse(png, content_type="image/png")


def draw(title: str, status: Status) -> bytes:
    """Return a PNG with a project's title and status, in the active language."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    for colour, corners in SCRAPS:
        pen.polygon(corners, fill=colour)
    pen.text((MARGIN, 80), settings.SITE_NAME, INK_SOFT, _font(REGULAR, 38))
    lines, font = _fitted(title)
    pen.multiline_text((MARGIN, 175), "\n".join(lines), INK, font, spacing=12)
    _status(pen, status)
    return _png(image)


def _status(pen: ImageDraw.ImageDraw, status: Status) -> None:
    font = _font(BOLD, 36)
    label = str(status.label)
    width = pen.textlength(label, font)
    top = HEIGHT - 120
    pen.rounded_rectangle(
        (MARGIN, top, MARGIN + width + 56, top + 66), 8, fill=STATUS_COLOURS[status]
    )
    pen.text((MARGIN + 28, top + 33), label, "#fffaf0", font, anchor="lm")


def _fitted(title: str) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """Break a title into at most four lines, in the largest size in which it fits."""
    words = title.split()
    for size in (76, 64, 54):
        font = _font(BOLD, size)
        lines = _lines(words, font)
        if len(lines) <= TITLE_LINES:
            break
    if len(lines) > TITLE_LINES:
        lines = [*lines[: TITLE_LINES - 1], lines[TITLE_LINES - 1] + "…"]
    return lines, font


def _lines(words: list[str], font: ImageFont.FreeTypeFont) -> list[str]:
    room = WIDTH - 2 * MARGIN - 120
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        while font.getlength(word) > room:  # a word without end, cut where it must be
            word = word[: len(word) * 2 // 3]
        if font.getlength(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return [line for line in lines if line]


def _png(image: Image.Image) -> bytes:
    """Few colours are drawn, so a palette keeps the file small."""
    file = io.BytesIO()
    image.quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()


@cache
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)
