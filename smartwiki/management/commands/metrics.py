from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from smartwiki import health


class Site(Collector):
    """What the site says of itself, asked at each reading of the metrics."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            yield from self._collect()
        finally:
            close_old_connections()

    def _collect(self) -> Iterator[GaugeMetricFamily]:
        parts = health.parts_now()
        ready = GaugeMetricFamily("smartwiki_ready", "1 for each part that works.", labels=["part"])
        for name, state in parts.items():
            ready.add_metric([name], float(state == health.OK))
        yield ready
        if parts["database"] == health.OK:
            since = health.oldest_waiting()
            waited = (timezone.now() - since).total_seconds() if since else 0.0
            yield GaugeMetricFamily(
                "smartwiki_waiting_seconds", "Age of the oldest waiting work.", max(waited, 0.0)
            )


class Command(BaseCommand):
    help = "Serve Prometheus metrics of this machine's servers, on a port of their own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=9100)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        registry = CollectorRegistry()
        registry.register(Site())
        settings.METRICS_DIR.mkdir(parents=True, exist_ok=True)
        MultiProcessCollector(registry, path=str(settings.METRICS_DIR))
        _server, thread = start_http_server(port, addr=host, registry=registry)
        self.stdout.write(f"Metrics: http://{host}:{port}/metrics")
        self.stdout.flush()
        while thread.is_alive():
            time.sleep(1)
