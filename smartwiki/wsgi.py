"""The application that a WSGI server such as gunicorn runs."""

import os
from wsgiref.types import WSGIApplication

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartwiki.settings")


def _application() -> WSGIApplication:
    django_application = get_wsgi_application()
    from smartwiki.health import answering_probes  # these need Django to be set up
    from smartwiki.visitor_cache import answering_again
    from smartwiki.warming import warm_up

    if not settings.DEBUG:
        warm_up()
    return answering_probes(answering_again(django_application))


application = _application()
