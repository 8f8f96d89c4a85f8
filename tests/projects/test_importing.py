"""Importing and exporting projects, with a look at each row's fate before."""

import json

import pytest
from django.core.management import CommandError, call_command

from projects.exports import record, row, row_names
from projects.importing import RefusedError, import_records, read_csv
from projects.models import Facet, Project
from smartwiki.spreadsheets import csv_text
from tests.projects.helpers import make_project

pytestmark = pytest.mark.django_db


def a_record(key="wiki", **fields):
    return {
        "key": key, "status": "in_progress", "title": {"fr": f"Le {key}"}, "slug": {"fr": key},
    } | fields  # fmt: skip


def fates(records, **options) -> list[str]:
    return [fate.outcome for fate in import_records(records, **options)]


def test_twice_is_the_same_as_once():
    assert fates([a_record()]) == ["new"]
    assert fates([a_record()]) == ["unchanged"]
    assert fates([a_record(launched="06/2021")]) == ["changed"]
    assert Project.objects.get().launched == "2021-06"


def test_a_dry_run_says_all_and_changes_nothing():
    make_project("Un wiki", key="old")
    records = [
        {"key": "old", "title": {"fr": "Le wiki"}}, a_record(), a_record("bad", progress=101),
    ]  # fmt: skip
    assert fates(records, dry_run=True) == ["changed", "new", "refused"]
    assert Project.objects.get().title_fr == "Un wiki"


def test_one_refused_row_keeps_all_out():
    with pytest.raises(RefusedError) as refused:
        import_records([a_record(), a_record("bad", progress=101)])
    assert [fate.outcome for fate in refused.value.fates] == ["new", "refused"]
    assert not Project.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"key": ""},
        {"title": {}},
        {"title": "Le wiki"},
        {"title": {"xx": "Le wiki"}},
        {"slug": {"fr": "Pas un slug"}},
        {"progress": "beaucoup"},
        {"launched": "2022", "expected_end": "2021"},
        {"launched": "hier"},
        {"confirmed_on": "hier"},
        {"status": "unknown"},
        {"categories": ["Inconnue"]},
        {"secret": 1},
        {"title": {"fr": "a" * 201}},
    ],
)
def test_a_wrong_row_is_refused_with_its_reason(fields):
    (fate,) = import_records([a_record(**fields)], dry_run=True)
    assert fate.outcome == "refused" and fate.reasons


def test_the_same_key_or_address_twice_is_refused():
    assert fates([a_record(), a_record()], dry_run=True)[1] == "refused"
    assert fates([a_record(), a_record("other", slug={"nl": "wiki", "fr": "x"})], dry_run=True) == [
        "new", "refused",
    ]  # fmt: skip


def test_a_file_never_changes_the_status_of_a_project_that_is_there():
    import_records([a_record()])
    assert fates([a_record(status="done")], dry_run=True) == ["refused"]


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_what_is_exported_is_imported_again_as_it_was(tmp_path, suffix):
    project = make_project(
        "=Un wiki", slug_fr="un-wiki", title_nl="Een wiki", slug_nl="een-wiki", launched="2021-06",
        progress=40, body_fr="Du texte\n\n- un\n- deux\n", confirmed_on="2026-01-02",
    )  # fmt: skip
    project.facets.add(Facet.objects.create(kind="category", name_nl="Tools", name_fr="Outils"))
    file = tmp_path / f"projects.{suffix}"
    call_command("export_projects", file, stdout=Output())
    before = record(Project.objects.get())
    call_command("import_projects", file, stdout=(out := Output()))
    assert "unchanged" in out.text
    Project.objects.all().delete()
    call_command("import_projects", file, stdout=Output())
    assert record(Project.objects.get()) == before


class Output:
    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text


def test_csv_of_the_overview_can_be_read_back():
    project = make_project("Un wiki")
    (read,) = read_csv(csv_text(row_names(), [row(project)]))
    assert read["title"] == {"fr": "Un wiki"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.txt", b"key"),
        ("x.csv", b"title_fr\nx"),
        ("x.csv", b"key,secret\nx,y"),
        ("x.csv", b"key,title_fr\nx,y,z"),
        ("x.csv", b'key,title_fr\n"x,y'),
        ("x.csv", b"key\n\xff"),
        ("x.json", b"{"),
        ("x.json", b"[" * 100_000),
        ("x.json", b"[1]"),
        ("x.json", json.dumps([{"key": "x"}]).encode()),
    ],
)
def test_a_broken_file_is_refused_in_words(tmp_path, name, content):
    (file := tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError):
        call_command("import_projects", file)
    with pytest.raises(CommandError):
        call_command("import_projects", tmp_path / "absent.csv")


def test_a_file_that_is_too_large_is_not_even_read(tmp_path, settings):
    settings.DATA_IMPORT_MAX_MEMORY_SIZE = 2_000_000
    (file := tmp_path / "x.json").write_bytes(b"[" + b" " * 2_000_000)
    with pytest.raises(CommandError, match=r"x\.json: .*2 Mo"):
        call_command("import_projects", file)


def test_what_was_done_is_said_in_words(tmp_path):
    (file := tmp_path / "x.csv").write_bytes(b"key,title_fr\nun-wiki,Un wiki")
    call_command("import_projects", file, "--dry-run", stdout=(said := Output()))
    assert "Nothing was changed" in said.text and not Project.objects.exists()
    with pytest.raises(CommandError, match=r"\.csv or \.json"):
        call_command("export_projects", tmp_path / "x.txt")
