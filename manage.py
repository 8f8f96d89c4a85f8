#!/usr/bin/env python
"""Django's command line."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartwiki.settings")
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
