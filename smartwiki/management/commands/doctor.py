import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from smartwiki.doctor import Finding, examine
from smartwiki.operator_language import in_operator_language


class Command(BaseCommand):
    help = "Say what is wrong with this installation. Ends with 1 when something serious is."
    requires_system_checks: list[str] = []  # it says what they found

    @in_operator_language
    def handle(self, *args: Any, **options: Any) -> None:
        findings = list(examine())
        for finding in findings:
            self._print(finding)
        problems = [problem for finding in findings for problem in finding.problems]
        if any(problem.is_serious for problem in problems):
            sys.exit(1)
        if not problems:
            self.stdout.write(_("All is well."))

    def _print(self, finding: Finding) -> None:
        if not finding.was_possible:
            unknown = _("cannot be said without the database")
            self.stdout.write(f"? {finding.title}: {unknown}")
        elif not finding.problems:
            self.stdout.write(f"✓ {finding.title}")
        for problem in finding.problems:
            mark = "✗" if problem.is_serious else "!"
            self.stdout.write(f"{mark} {finding.title}: {problem.what}")
            if problem.remedy:
                self.stdout.write(f"    → {problem.remedy}")
