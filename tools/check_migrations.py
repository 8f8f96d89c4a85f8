"""`python -m tools.check_migrations`: no migration breaks the version that still runs.

While a new version is rolled out, the old one works on the new tables: see docs/operations.md and
decision 49. Migrations of before the first release, when there was no old version, are listed in
migrations_baseline.txt (`--record` writes it anew).
"""

import os
import sys
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parent.parent
BASELINE = Path(__file__).with_name("migrations_baseline.txt")


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartwiki.settings")
    django.setup()
    found = breaking()
    if "--record" in sys.argv:
        BASELINE.write_text("".join(f"{name}\n" for name in sorted(found)))
        return 0
    known = set(BASELINE.read_text().split())
    for name in sorted(found.keys() - known):
        print(f"{name} would break the version that still runs: {found[name]}")
    return 1 if found.keys() - known else 0


def breaking() -> dict[str, str]:
    """Return the migrations of ours that an old version would not survive, and why."""
    from django.apps import apps
    from django_migration_linter import MigrationLinter

    class Linter(MigrationLinter):
        said: list[str] = []

        def print_errors(self, errors: list[Any]) -> None:
            self.said = [error.message for error in errors]

    ours = [app.label for app in apps.get_app_configs() if Path(app.path).is_relative_to(ROOT)
            and ".venv" not in Path(app.path).parts]  # fmt: skip
    linter = Linter(
        include_apps=ours, ignore_initial_migrations=True, no_output=True, no_cache=True
    )
    found = {}
    for migration in linter._gather_all_migrations():
        linter.said, before = [], linter.nb_erroneous
        linter.lint_migration(migration)
        if linter.nb_erroneous > before:
            found[f"{migration.app_label}.{migration.name}"] = " ".join(linter.said)
    return found


if __name__ == "__main__":
    sys.exit(main())
