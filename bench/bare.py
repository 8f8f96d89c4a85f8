"""The measure of all ratios: a Django view that answers with bytes that are there already.

Settings, addresses and view in one module; BENCH_BYTES names the file with the bytes.
"""

import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

SECRET_KEY = "for measuring only"  # noqa: S105
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "bench.bare"
CONTENT = Path(os.environ["BENCH_BYTES"]).read_bytes()


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse(CONTENT, headers={"Content-Length": str(len(CONTENT))})


urlpatterns = [path("", answer)]
os.environ["DJANGO_SETTINGS_MODULE"] = "bench.bare"
application = get_wsgi_application()
