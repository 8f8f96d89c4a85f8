"""Fail on a message that is missing from a catalogue, untranslated or fuzzy, in any language, or
whose French leaves a sign alone at the beginning of a line."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
# Lexique des règles typographiques en usage à l'Imprimerie nationale: these stay on one line.
BREAKS_IN_FRENCH = re.compile(r" [:;?!»]|« ")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!\{)\{\w*[^{}]*\}")


def main() -> int:
    """Print what is wrong with the catalogues; the number of problems is the exit status."""
    problems = [problem for path in catalogues(ROOT) for problem in check(path)]
    if shutil.which("xgettext"):
        problems += [f"not in the catalogue (make messages): {each}" for each in uncollected()]
    else:
        print("Gettext is absent, so new messages were not looked for (Debian's package gettext).")
        if os.environ.get("REQUIRE_ALL"):
            problems.append("gettext is required")
    for problem in problems:
        print(problem)
    return min(len(problems), 1)


def catalogues(root: Path) -> list[Path]:
    return sorted(root.glob("locale/*/LC_MESSAGES/django*.po"))


def check(path: Path) -> list[str]:
    """Return what is wrong in one catalogue."""
    where = path.relative_to(ROOT)
    problems = []
    for entry in polib.pofile(str(path)):
        texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
        if entry.fuzzy:
            problems.append(f"{where}:{entry.linenum}: fuzzy: {entry.msgid!r}")
        elif not all(texts):
            problems.append(f"{where}:{entry.linenum}: untranslated: {entry.msgid!r}")
        elif not entry.msgid_plural and any(holes(entry.msgid) != holes(text) for text in texts):
            problems.append(f"{where}:{entry.linenum}: other placeholders: {entry.msgid!r}")
        elif path.parts[-3] == "fr" and any(map(BREAKS_IN_FRENCH.search, texts)):
            problems.append(f"{where}:{entry.linenum}: needs a no-break space: {texts[0]!r}")
    return problems


def holes(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def uncollected() -> list[str]:
    """Return the messages of the source that no catalogue has, collected anew in a copy."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        copy.mkdir()
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        )
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).is_file() and name.endswith((".py", ".html", ".txt", ".js", ".po")):
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, copy / name)
        collect(copy)
        return sorted(
            f"{path.parts[-3]}: {key}"
            for path in catalogues(copy)
            for key in keys(path) - keys(ROOT / path.relative_to(copy))
        )


def collect(folder: Path) -> None:
    languages = [f"--locale={path.parts[-3]}" for path in catalogues(ROOT)]
    ignored = [f"--ignore={name}" for name in ("tests", "bench", "stubs", "tools")]
    command = [sys.executable, "manage.py", "makemessages", "--no-location", "--verbosity=0"]
    subprocess.run([*command, *languages, *ignored], cwd=folder, check=True)


def keys(path: Path) -> set[str]:
    entries = polib.pofile(str(path)) if path.exists() else []
    return {entry.msgid_with_context for entry in entries if not entry.obsolete}


if __name__ == "__main__":
    sys.exit(main())
