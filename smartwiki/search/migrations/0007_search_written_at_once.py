"""Write what is found into the indexes of the PostgreSQL engine at once.

Else PostgreSQL puts up to 4 MB aside for each of them, which every search has to look through.
"""

from django.db import migrations

GIN = """
    SELECT index.oid::regclass::text FROM pg_class AS index
    JOIN pg_index ON pg_index.indexrelid = index.oid
    JOIN pg_inherits ON pg_inherits.inhrelid = pg_index.indrelid
    JOIN pg_am ON pg_am.oid = index.relam
    WHERE pg_inherits.inhparent = 'search_pg_entry'::regclass AND pg_am.amname = 'gin'
"""
CHANGE = "ALTER INDEX {} SET (fastupdate = off)"
CHANGE_BACK = "ALTER INDEX {} RESET (fastupdate)"
TAKE_IN = "SELECT gin_clean_pending_list('{}')"  # what was put aside so far


def on_each_index(schema_editor, *statements):
    if schema_editor.connection.vendor == "postgresql":
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(GIN)
            indexes = [name for (name,) in cursor.fetchall()]
            for name in indexes:
                for statement in statements:
                    cursor.execute(statement.format(name))


def change(apps, schema_editor):
    on_each_index(schema_editor, CHANGE, TAKE_IN)


def change_back(apps, schema_editor):
    on_each_index(schema_editor, CHANGE_BACK)


class Migration(migrations.Migration):
    dependencies = [("search", "0006_search_titles_in_row")]
    operations = [migrations.RunPython(change, change_back)]
