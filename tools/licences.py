"""List the licences of what the lock pins: `python -m tools.licences` writes docs/licences.md.

What is not installed on this system (another platform needs it) keeps the line that it had.
"""

from __future__ import annotations

import re
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK, LIST = ROOT / "requirements.lock", ROOT / "docs/licences.md"
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", re.MULTILINE)
LINE = re.compile(r"^\| ([a-z0-9._-]+) \| (\d\S*) \| (.+) \|$", re.MULTILINE)
UNKNOWN = "?"
READ = {"locate": "MIT"}  # declares "other"; the text that it brings is the MIT licence

# May be combined with GPL-3.0-or-later (gnu.org/licenses/license-list.html).
COMPATIBLE = (
    "0BSD", "Apache", "BSD", "CC0", "GPL", "HPND", "ISC", "LGPL", "MIT", "MPL", "OFL", "PSF",
    "Python Software Foundation", "Public Domain", "Unlicense", "ZPL", "Zope", "zlib",
    "Mozilla Public License 2.0", "GNU General Public", "GNU Lesser", "SIL Open Font",
)  # fmt: skip
HEADING = """# Licences

What SmartWiki is built of, with the licence that each package declares. Made from
`requirements.lock` by `python -m tools.licences`; a test keeps it current and refuses a licence
that cannot be combined with the GPL, version 3.

| package | version | licence |
|---|---|---|
"""


def pinned(lock: str) -> dict[str, str]:
    """Return the packages of a lock with their versions."""
    return dict(PINNED.findall(lock))


def listed(text: str) -> dict[str, tuple[str, str]]:
    """Return what the list says: version and licence by package."""
    return {name: (version, licence) for name, version, licence in LINE.findall(text)}


def licence_of(name: str) -> str:
    """Return what the installed package declares; UNKNOWN when it is not installed or silent."""
    if name in READ:
        return READ[name]
    try:
        declared = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return UNKNOWN
    kinds = [
        each.removeprefix("License :: ").removeprefix("OSI Approved :: ")
        for each in declared.get_all("Classifier") or []
        if each.startswith("License ::")
    ]
    text = (declared.get_all("License") or [""])[0].strip().splitlines()
    expression = (declared.get_all("License-Expression") or [""])[0]
    found = expression or "; ".join(kinds) or (text[0] if text else "")
    return " ".join(found.replace("|", "/").split())[:80] or UNKNOWN


def is_compatible(licence: str) -> bool:
    return any(each.lower() in licence.lower() for each in COMPATIBLE)


def make(lock: str, before: str) -> str:
    """Return the list for a lock; `before`: the list as it was."""
    known = listed(before)
    lines = []
    for name, version in sorted(pinned(lock).items()):
        licence = licence_of(name)
        if licence == UNKNOWN and name in known:
            licence = known[name][1]
        lines.append(f"| {name} | {version} | {licence} |")
    return HEADING + "\n".join(lines) + "\n"


def main() -> None:
    before = LIST.read_text() if LIST.exists() else ""
    LIST.write_text(make(LOCK.read_text(), before))
    doubtful = [
        name for name, (_, found) in listed(LIST.read_text()).items() if not is_compatible(found)
    ]
    sys.stdout.write(f"To be looked at: {', '.join(doubtful) or 'nothing'}\n")


if __name__ == "__main__":
    main()
