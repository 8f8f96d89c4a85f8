"""A folder of Markdown files becomes guides: all of it or nothing, and twice is once."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from articles.importing.folder import import_folder
from articles.importing.parsing import ImportFilesError, read_file
from articles.models import Guide, RevisionInfo, Translation
from tests.guides import make_user, revise

pytestmark = pytest.mark.django_db

NOTE = """---
title: "Note de frais"
language: fr
slug: note-de-frais
parent: expenses
position: 1
source: fr
summary: "Comment la faire."
verified: 2026-03-02
---

Voir [les frais](guide:expenses#s-a).
"""
EXPENSES = '---\ntitle: "Frais"\nlanguage: fr\nslug: frais\nicon: receipt\n---\nTexte.\n'
NOTE_NL = NOTE.replace("language: fr", "language: nl").replace("note-de-frais", "onkostennota")


@pytest.fixture
def folder(tmp_path) -> Path:
    write(tmp_path, "note.fr.md", NOTE)
    write(tmp_path, "deeper/expenses.fr.md", EXPENSES)
    write(tmp_path, "note.nl.md", NOTE_NL)
    return tmp_path


def write(folder: Path, name: str, text: str | bytes) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def test_files_become_guides_in_their_place(folder):
    report = import_folder(folder)
    assert (report.guides, report.translations, report.published) == (2, 3, 3)
    dutch = Translation.objects.get(language="nl")
    assert dutch.path == "frais/onkostennota"
    assert dutch.verified_on == date(2026, 3, 2)
    assert dutch.published.based_on.revision.article.translation.language == "fr"
    expenses = Guide.objects.get(import_key="expenses")
    assert expenses.icon == "receipt"
    assert f"(guide:{expenses.pk}#s-a)" in dutch.published.revision.content


def test_importing_again_changes_nothing(folder):
    import_folder(folder)
    before = list(RevisionInfo.objects.values_list("pk", "published_at"))
    report = import_folder(folder)
    assert (report.guides, report.translations, report.published, report.unchanged) == (0, 0, 0, 3)
    assert list(RevisionInfo.objects.values_list("pk", "published_at")) == before


def test_changed_file_is_a_new_revision_that_outdates_translations(folder):
    import_folder(folder)
    changed = NOTE.replace("Voir", "Relire").replace(
        "---\n\n", 'significance: major\nchange: "Nouveau délai."\n---\n\n'
    )
    write(folder, "note.fr.md", changed)
    assert import_folder(folder, make_user("edgar")).published == 1
    french = Translation.objects.get(path="frais/note-de-frais", language="fr")
    assert french.published.significance == "major"
    assert french.published.revision.user_message == "Nouveau délai."
    assert french.published.revision.user.name == "edgar"


def test_importing_again_never_undoes_what_an_editor_wrote(folder):
    import_folder(folder)
    french = Translation.objects.get(path="frais/note-de-frais", language="fr")
    revise(french, text="Texte d'une rédactrice")
    assert import_folder(folder).unchanged == 3
    french.refresh_from_db()
    assert french.published.revision.content == "Texte d'une rédactrice"


def test_draft_is_kept_but_not_shown(folder, client):
    write(folder, "note.nl.md", NOTE_NL.replace("position: 1", "position: 1\ndraft: true"))
    import_folder(folder)
    assert Translation.objects.get(language="nl").published is None
    assert RevisionInfo.objects.filter(state="pending").count() == 1


def test_first_language_of_the_site_is_the_source_where_no_file_says(tmp_path):
    write(tmp_path, "a.nl.md", '---\ntitle: "A"\nlanguage: nl\nslug: a-nl\n---\nx')
    write(tmp_path, "a.fr.md", '---\ntitle: "A"\nlanguage: fr\nslug: a-fr\n---\nx')
    import_folder(tmp_path)
    assert Guide.objects.get().source_language == "fr"


HEAD = '---\ntitle: "A"\nlanguage: fr\nslug: a\n'
# Each line is ten times the one before: written out, ten thousand million letters.
BOMB = "a: &a [x]\n" + "".join(
    f"{each}: &{each} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, each in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.md", HEAD + "---\n", 1),
        ("A B.md", HEAD + "---\n", 1),
        ("a.fr.md", "", 1),
        ("a.fr.md", "text without front matter", 1),
        ("a.fr.md", HEAD + "text that never ends", 5),
        ("a.fr.md", HEAD + "summary: a: b\n---\n", 5),
        ("a.fr.md", HEAD + "summary: '\x00'\n---\n", 2),
        ("a.fr.md", "---\n- a list\n---\n", 2),
        ("a.fr.md", "---\nverified: 2026-02-30\n---\n", 2),
        ("a.fr.md", HEAD + "unheard: of\n---\n", 5),
        ("a.fr.md", HEAD + "summary: [a, b]\n---\n", 5),
        ("a.fr.md", HEAD + "summary: " + "[" * 50_000 + "\n---\n", 5),
        ("a.fr.md", HEAD + BOMB + "summary: *i\n---\n", 6),
        ("a.fr.md", HEAD + "position: first\n---\n", 5),
        ("a.fr.md", HEAD + "position: true\n---\n", 5),
        ("a.fr.md", HEAD + "visibility: secret\n---\n", 5),
        ("a.fr.md", HEAD + "icon: rocket\n---\n", 5),
        ("a.fr.md", HEAD + "parent: nobody\n---\n", 5),
        ("a.fr.md", HEAD + "---\n\nline\n[x](guide:nobody)\n", 8),
        ("a.nl.md", HEAD + "---\n", 3),
        ("a.fr.md", HEAD.replace("fr", "xx") + "---\n", 3),
        ("a.fr.md", HEAD.replace("slug: a", "slug: À la") + "---\n", 4),
        ("a.fr.md", HEAD.replace('"A"', f'"{"A" * 201}"') + "---\n", 2),
        ("a.fr.md", HEAD + f"summary: {'a' * 301}\n---\n", 5),
        ("a.fr.md", "---\nlanguage: fr\nslug: a\n---\n", 1),
        ("a.fr.md", HEAD.encode() + b"summary: \xff\n---\n", 5),
        ("a.fr.md", HEAD + "source: nl\n---\n", 1),
        ("a.fr.md", HEAD + "---\n[x](guide:4711)\n", 6),
        ("deeper/note.fr.md", NOTE, 1),
        ("zz.fr.md", HEAD.replace("slug: a", "slug: frais") + "---\n", 4),
        ("expenses.nl.md", NOTE_NL.replace("parent: expenses", "parent: note"), 1),
    ],
)
def test_broken_file_is_named_with_its_line_and_nothing_is_imported(folder, name, text, line):
    write(folder, name, text)
    if name == "expenses.nl.md":  # the two parents then form a loop
        write(folder, "deeper/expenses.fr.md", EXPENSES.replace("slug", "parent: note\nslug"))
    with pytest.raises(ImportFilesError) as broken:
        import_folder(folder)
    if name != "expenses.nl.md":
        assert f"{Path(name).name}:{line}:" in str(broken.value)
    assert not Guide.objects.exists()
    assert not RevisionInfo.objects.exists()


def test_all_broken_files_are_named_at_once(folder):
    write(folder, "x.fr.md", "")
    write(folder, "y.fr.md", "")
    with pytest.raises(ImportFilesError) as broken:
        import_folder(folder)
    assert len(broken.value.problems) == 2


def test_file_that_is_too_large_is_named_with_the_limit(folder, settings):
    settings.DATA_IMPORT_MAX_MEMORY_SIZE = 1_000_000
    write(folder, "x.fr.md", b"\xff" * 1_000_001)  # which would be no text either
    with pytest.raises(CommandError, match=r"x\.fr\.md:1: .*1 Mo"):
        call_command("import_guides", folder)
    assert not Guide.objects.exists()


def test_empty_folder_is_said_to_be_empty(tmp_path):
    with pytest.raises(ImportFilesError, match="Markdown"):
        import_folder(tmp_path)


def test_command_says_what_it_did_and_what_is_wrong(folder, capsys):
    make_user("edgar")
    call_command("import_guides", folder, author="edgar@example.org")
    assert "3" in capsys.readouterr().out
    for wrong in (
        {"folder": folder / "absent"},
        {"folder": folder, "author": "nobody@example.org"},
    ):
        with pytest.raises(CommandError):
            call_command("import_guides", wrong["folder"], author=wrong.get("author"))
    write(folder, "x.fr.md", "")
    with pytest.raises(CommandError, match=r"x\.fr\.md:1:"):
        call_command("import_guides", folder)


def test_every_demonstration_file_can_be_read():
    files = [read_file(path) for path in (settings.BASE_DIR / "demo").rglob("*.md")]
    words = [len(file.text.split()) for file in files]
    assert len({file.key for file in files}) >= 30
    assert min(words) >= 250
    assert {file.language for file in files} == {"fr", "nl", "en", "de"}
