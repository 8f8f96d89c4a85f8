"""The tables of the PostgreSQL engine; on another database there is nothing to make."""

from django.db import migrations

TABLES = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TABLE search_pg_generation (
    name text PRIMARY KEY,
    rules text NOT NULL,
    is_current boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX search_pg_one_current ON search_pg_generation (is_current) WHERE is_current;
CREATE TABLE search_pg_entry (
    generation text NOT NULL REFERENCES search_pg_generation ON DELETE CASCADE,
    key text NOT NULL,
    kind text NOT NULL,
    language text NOT NULL,
    audience text NOT NULL,
    topic text NOT NULL,
    exact text[] NOT NULL,
    words text[] NOT NULL,
    title tsvector NOT NULL,
    vector tsvector NOT NULL,
    PRIMARY KEY (generation, key)
);
CREATE INDEX search_pg_entry_vector ON search_pg_entry USING gin (vector);
CREATE INDEX search_pg_entry_title ON search_pg_entry USING gin (title);
CREATE INDEX search_pg_entry_exact ON search_pg_entry USING gin (exact);
CREATE TABLE search_pg_word (
    generation text NOT NULL REFERENCES search_pg_generation ON DELETE CASCADE,
    language text NOT NULL,
    audience text NOT NULL,
    word text NOT NULL,
    shown text NOT NULL,
    n integer NOT NULL,
    PRIMARY KEY (generation, language, audience, word, shown)
);
CREATE INDEX search_pg_word_begins ON search_pg_word (language, word text_pattern_ops);
CREATE INDEX search_pg_word_similar ON search_pg_word USING gin (word gin_trgm_ops);
"""


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(TABLES, params=None)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "DROP TABLE search_pg_word, search_pg_entry, search_pg_generation", params=None
        )


class Migration(migrations.Migration):
    dependencies = [("search", "0001_search")]
    operations = [migrations.RunPython(make, drop)]
