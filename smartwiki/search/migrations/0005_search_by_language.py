"""Keep the pages of each language in a part of their own, in the PostgreSQL engine.

A search asks one language at a time. In one table it had to look into the rows of all the pages
that have the word in any language, to find out in which one they are.
"""

from django.db import migrations

PARTS = ("fr", "nl", "en", "de")
BY_LANGUAGE = """
ALTER TABLE search_pg_entry RENAME TO search_pg_entry_together;
CREATE TABLE search_pg_entry (
    LIKE search_pg_entry_together INCLUDING STORAGE,
    FOREIGN KEY (generation) REFERENCES search_pg_generation ON DELETE CASCADE
) PARTITION BY LIST (language);
{parts}
CREATE TABLE search_pg_entry_other PARTITION OF search_pg_entry DEFAULT;
INSERT INTO search_pg_entry SELECT * FROM search_pg_entry_together;
DROP TABLE search_pg_entry_together;
"""
PART = "CREATE TABLE search_pg_entry_{0} PARTITION OF search_pg_entry FOR VALUES IN ('{0}');"
TOGETHER = """
ALTER TABLE search_pg_entry RENAME TO search_pg_entry_parted;
CREATE TABLE search_pg_entry (
    LIKE search_pg_entry_parted INCLUDING STORAGE,
    FOREIGN KEY (generation) REFERENCES search_pg_generation ON DELETE CASCADE
);
INSERT INTO search_pg_entry SELECT * FROM search_pg_entry_parted;
DROP TABLE search_pg_entry_parted;
ALTER TABLE search_pg_entry ADD PRIMARY KEY (generation, key);
"""
INDEXES = """
CREATE INDEX search_pg_entry_vector ON search_pg_entry USING gin (vector);
CREATE INDEX search_pg_entry_title ON search_pg_entry USING gin (title);
CREATE INDEX search_pg_entry_titled ON search_pg_entry USING gin (titled);
CREATE INDEX search_pg_entry_exact ON search_pg_entry USING gin (exact);
"""
KEY = "ALTER TABLE search_pg_entry ADD PRIMARY KEY (generation, key, language);"


def part(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        parts = "\n".join(PART.format(each) for each in PARTS)
        schema_editor.execute(BY_LANGUAGE.format(parts=parts) + KEY + INDEXES, params=None)


def put_together(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(TOGETHER + INDEXES, params=None)


class Migration(migrations.Migration):
    dependencies = [("search", "0004_search_vector_in_row")]
    operations = [migrations.RunPython(part, put_together)]
