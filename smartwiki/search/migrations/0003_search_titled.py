"""What a page's title is found by, in the PostgreSQL engine; empty until the next rebuild."""

from django.db import migrations

ADD = """
ALTER TABLE search_pg_entry ADD COLUMN titled tsvector;
CREATE INDEX search_pg_entry_titled ON search_pg_entry USING gin (titled);
"""


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(ADD, params=None)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE search_pg_entry DROP COLUMN titled", params=None)


class Migration(migrations.Migration):
    dependencies = [("search", "0002_search_postgresql")]
    operations = [migrations.RunPython(add, drop)]
