"""Does a process of the server answer more when it keeps to one processor?

    python -m bench pinned

Python's threads take turns; on several processors each turn costs a process the more. Both servers
have one process with four threads, and are asked in turn by eight connections at once.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.load import ratio
from bench.reading import GUIDE, NOT_ASKED_BEFORE, demonstration
from tests.operations import parts


def main() -> None:
    """Print for some pages how many times as many answers a second there are."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        environment, cookie = demonstration()
        pinned, free = (
            stack.enter_context(
                parts.node(environment, Path(folder), PIN_WORKERS=pin, THREADS="4", ACCESS_LOG="0")
            )
            for pin in "10"
        )
        for page, path, headers in (
            ("guide, visitor", GUIDE, {}),
            ("guide, member", GUIDE, {"Cookie": cookie}),
            ("search, asked before", "/fr/recherche/?q=facture", {}),
            ("search, not asked before", NOT_ASKED_BEFORE, {}),
        ):
            ours, theirs = (f"http://{parts.address_of(each)}{path}" for each in (pinned, free))
            times, rate = ratio(ours, theirs, headers=headers, alike=True)
            print(f"  {page:30} × {times:.2f}  ({rate:,.0f}/s)", flush=True)
