#!/usr/bin/env python
"""Django's command line."""

import os
import sys

WRITE_SOURCE = {"makemigrations", "makemessages", "compilemessages"}  # and touch no site's data


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartwiki.settings")
    if WRITE_SOURCE & set(sys.argv[1:2]) and "SECRET_KEY" not in os.environ:
        os.environ.setdefault("DEBUG", "1")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    from smartwiki.env import EnvironmentVariableError

    try:
        settings.INSTALLED_APPS  # noqa: B018 (reads the environment, before Django hides an error)
    except EnvironmentVariableError as error:
        sys.exit(str(error))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
