"""How fast the projects' pages are read, each against a bare Django view of its own bytes."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.load import ratio
from bench.reading import demonstration, fetch, gunicorn

AIM = "≥ 0.75"
PAGES = {
    "overview of projects, visitor": "/fr/projets/",
    "status page, visitor": "/fr/projets/fictif-3/",
}


def table() -> list[tuple[str, str, str]]:
    """Return (figure, aim, measured), in the way of `bench.reading.table`."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        environment, _cookie = demonstration("--showcase")
        ours = stack.enter_context(gunicorn("smartwiki.wsgi", environment))
        pairs = {}
        for name, path in PAGES.items():
            page, _etag = fetch(ours + path)
            file = Path(folder) / f"{path.strip('/').replace('/', '-')}.html"
            file.write_bytes(page)
            bare = gunicorn("bench.bare", {**environment, "BENCH_BYTES": str(file)})
            pairs[name] = (ours + path, stack.enter_context(bare) + "/")
        return [(name, AIM, _ratio(*urls)) for name, urls in pairs.items()]


def _ratio(ours: str, bare: str) -> str:
    compared, rate = ratio(ours, bare)
    return f"{compared:.3f}  ({rate:,.0f}/s)"
