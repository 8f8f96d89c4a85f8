"""Keep what a page is ranked by in its row, in the PostgreSQL engine; true of rows written later.

By itself PostgreSQL moves it out of rows above 2 KB, and to fetch it for each of the thousands of
pages that have a common word took three times as long as to rank them.
"""

from django.db import migrations

IN_THE_ROW = "ALTER TABLE search_pg_entry ALTER COLUMN vector SET STORAGE MAIN"
APART = "ALTER TABLE search_pg_entry ALTER COLUMN vector SET STORAGE EXTENDED"


def change(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(IN_THE_ROW, params=None)


def change_back(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(APART, params=None)


class Migration(migrations.Migration):
    dependencies = [("search", "0003_search_titled")]
    operations = [migrations.RunPython(change, change_back)]
