"""What a phone receives and when it sees it: a guide's page in Chromium on a slow connection."""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Iterator

from playwright.sync_api import Browser, sync_playwright

from bench.reading import GUIDE, demonstration, gunicorn
from tests.browser.conftest import CHROMIUM_OPTIONS

LOADS = 5
# "Slow 4G" as Lighthouse simulates it: latency in ms, throughput in bytes a second.
SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 204_800,
    "uploadThroughput": 92_160,
}
LARGEST_PAINT = """
() => new Promise((resolve) => {
  new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
    .observe({ type: "largest-contentful-paint", buffered: true });
})
"""


def table() -> Iterator[tuple[str, str, str]]:
    """Return (figure, aim, measured) of the first visit on a phone 360 px wide."""
    chromium = shutil.which("chromium")
    if not chromium:
        yield "guide's page on a phone", "", "not measured: Chromium is absent"
        return
    environment, _cookie = demonstration()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
        with gunicorn("smartwiki.wsgi", environment) as site:
            visits = [_visit(browser, site + GUIDE) for _load in range(LOADS)]
        browser.close()
    weight, paint = (statistics.median(each) for each in zip(*visits, strict=True))
    yield "guide's page with all it needs", "≤ 60 KB", f"{weight / 1000:.1f} KB"
    yield f"its largest paint on slow 4G, median of {LOADS}", "≤ 1.5 s", f"{paint / 1000:.2f} s"


def _visit(browser: Browser, url: str) -> tuple[float, float]:
    """Return the bytes that came, compressed, and when the largest part stood there, in ms."""
    context = browser.new_context(viewport={"width": 360, "height": 640}, device_scale_factor=2)
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW_4G)
    received: list[float] = []
    network.on("Network.loadingFinished", lambda each: received.append(each["encodedDataLength"]))
    page.goto(url, wait_until="networkidle")
    paint = page.evaluate(LARGEST_PAINT)
    context.close()
    return sum(received), paint
