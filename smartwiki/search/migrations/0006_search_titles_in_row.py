"""Keep what a page is called in its row, in the PostgreSQL engine; true of rows written later.

Since what a page is ranked by stays in the row (0004), PostgreSQL made room by moving out all else
that can be moved, and a search fetched the titles of each page that it found from elsewhere.
"""

from django.db import migrations

COLUMNS = ("exact", "title", "titled")
CHANGE = "ALTER TABLE search_pg_entry {}"  # and the part of each language with it
STORED = "ALTER COLUMN {} SET STORAGE {}"


def store(schema_editor, how):
    if schema_editor.connection.vendor == "postgresql":
        changes = ", ".join(STORED.format(column, how) for column in COLUMNS)
        schema_editor.execute(CHANGE.format(changes), params=None)


def change(apps, schema_editor):
    store(schema_editor, "MAIN")


def change_back(apps, schema_editor):
    store(schema_editor, "EXTENDED")


class Migration(migrations.Migration):
    dependencies = [("search", "0005_search_by_language")]
    operations = [migrations.RunPython(change, change_back)]
