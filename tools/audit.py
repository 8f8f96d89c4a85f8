"""`make audit`: known weaknesses of what is pinned, and what can be checked without a network."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tools.licences import LIST, LOCK, ROOT, is_compatible, listed, pinned

LOCKS = (LOCK, ROOT / "requirements-dev.lock")
UNREACHABLE = re.compile(
    r"ConnectionError|Max retries|Name or service|timed? ?out|ServiceError", re.IGNORECASE
)
PLATFORM = 5  # packages of the lock that only other systems need, at most
SKIPPED = "could not be audited"
HOST = re.compile(r"https?://|--(?:extra-)?index-url|--find-links| @ ")


def problems_of(lock: Path) -> list[str]:
    """Return what is wrong with a lock: a package without a hash, a place that it comes from."""
    text = lock.read_text()
    found = [f"{lock.name}: names a host" for _ in HOST.findall(text)]
    for entry in re.split(r"\n(?=\S)", text.replace("\\\n", " ").strip()):
        if "==" not in entry or "--hash=sha256:" not in entry:
            found.append(f"{lock.name}: no exact version or no hash: {entry[:60]}")
    return found


def problems_of_licences() -> list[str]:
    """Return what docs/licences.md lacks or names wrongly, and what the GPL does not allow."""
    listing = listed(LIST.read_text())
    versions = {name: version for name, (version, _licence) in listing.items()}
    found = [
        f"{name}: cannot be combined"
        for name, (_, each) in listing.items()
        if not is_compatible(each)
    ]
    if versions != pinned(LOCK.read_text()):
        found.append("docs/licences.md is not current: python -m tools.licences")
    return found


def ask_service() -> int:
    """Ask pip-audit about the lock; 0: nothing is known, 1: something is, 2: out of reach.

    A mirror that knows no weaknesses answers that it has never heard of a package: what was not
    checked is counted, and is no "nothing known".
    """
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip"]
    command += ["--progress-spinner=off", "-r", str(LOCK)]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    told = answer.stdout + answer.stderr
    skipped, number = told.count(SKIPPED), len(pinned(LOCK.read_text()))
    if UNREACHABLE.search(answer.stderr) or skipped >= number - PLATFORM:
        return 2
    sys.stdout.write(f"{told}{number - skipped} of {number} packages were checked.\n")
    return 1 if answer.returncode else 0


def main() -> int:
    problems = [each for lock in LOCKS for each in problems_of(lock)] + problems_of_licences()
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    known = ask_service()
    if known == 2:
        sys.stdout.write("The service that knows of weaknesses is out of reach: NOT checked.\n")
    return 1 if problems or known == 1 else 0


if __name__ == "__main__":
    sys.exit(main())
