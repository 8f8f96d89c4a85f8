"""Find people by any part of their name or address, on PostgreSQL; SQLite looks through all."""

from django.db import migrations

MAKE = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX user_by_part_of_name ON accounts_user USING gin (upper(name::text) gin_trgm_ops);
CREATE INDEX user_by_part_of_email ON accounts_user USING gin (upper(email::text) gin_trgm_ops);
ANALYZE accounts_user;
"""


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(MAKE, params=None)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX user_by_part_of_name, user_by_part_of_email", params=None)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_people_in_order")]
    operations = [migrations.RunPython(make, drop)]
