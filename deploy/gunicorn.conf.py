"""Gunicorn's settings: `gunicorn -c deploy/gunicorn.conf.py smartwiki.wsgi`."""

import multiprocessing
import os
from importlib import import_module
from pathlib import Path

VAR_DIR = Path(os.environ.get("VAR_DIR", "var")).resolve()
if os.environ.get("METRICS", "0") == "1":  # before anything of Prometheus is imported
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(VAR_DIR / "metrics")

server = import_module("smartwiki.server")
on_starting, pre_fork, post_fork = server.on_starting, server.pre_fork, server.post_fork
pre_request, child_exit = server.pre_request, server.child_exit

bind = os.environ.get("BIND", "127.0.0.1:8000")
# Where there are as many as processors, each keeps to one of them, unless PIN_WORKERS is 0.
workers = int(os.environ.get("WORKERS", multiprocessing.cpu_count()))
worker_class = "smartwiki.balancing.FairWorker"  # gthread, which shares out connections
threads = int(os.environ.get("THREADS", "4"))

keepalive = 75  # seconds: longer than nginx keeps a connection, so that it never finds one closed
timeout = 60  # seconds until a process that does nothing at all is replaced
graceful_timeout = 30  # seconds for what is being answered when the site is stopped
backlog = 512
forwarded_allow_ips = os.environ.get("PROXY_ADDRESSES", "127.0.0.1,::1")

logger_class = server.RequestLogger
accesslog = "-" if os.environ.get("ACCESS_LOG", "1") == "1" else None
errorlog = "-"
