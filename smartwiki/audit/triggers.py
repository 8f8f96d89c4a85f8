"""Triggers that make the audit log append-only, whoever writes to the database.

An entry can be deleted only when a pruning has announced it, and a pruning cannot reach into the
last half year. Whoever may change the schema can remove the triggers: against that only another
machine helps (see docs/security.md).
"""

from __future__ import annotations

from typing import Any

SQLITE = (
    """CREATE TRIGGER audit_entry_new BEFORE INSERT ON audit_entry
       WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id)
       BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    """CREATE TRIGGER audit_entry_kept BEFORE UPDATE ON audit_entry
       BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    """CREATE TRIGGER audit_entry_pruned BEFORE DELETE ON audit_entry
       WHEN NOT EXISTS (SELECT 1 FROM audit_pruning WHERE before > OLD.at)
       BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    """CREATE TRIGGER audit_pruning_old BEFORE INSERT ON audit_pruning
       WHEN julianday(NEW.before) > julianday('now') - 180
            OR EXISTS (SELECT 1 FROM audit_pruning WHERE id = NEW.id)
       BEGIN SELECT RAISE(ABORT, 'the audit log keeps half a year at least'); END""",
    """CREATE TRIGGER audit_pruning_kept BEFORE UPDATE ON audit_pruning
       BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    """CREATE TRIGGER audit_pruning_stays BEFORE DELETE ON audit_pruning
       BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
)
SQLITE_NAMES = (
    "audit_entry_new",
    "audit_entry_kept",
    "audit_entry_pruned",
    "audit_pruning_old",
    "audit_pruning_kept",
    "audit_pruning_stays",
)
POSTGRESQL = (
    """CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$""",
    """CREATE FUNCTION audit_refuse_unannounced() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NOT EXISTS (SELECT 1 FROM audit_pruning WHERE before > OLD.at) THEN
           RAISE EXCEPTION 'the audit log is append-only';
         END IF;
         RETURN OLD;
       END $$""",
    """CREATE FUNCTION audit_refuse_recent() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.before > now() - interval '180 days' THEN
           RAISE EXCEPTION 'the audit log keeps half a year at least';
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE FUNCTION audit_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF EXISTS (SELECT 1 FROM audit_entry) THEN
           RAISE EXCEPTION 'the audit log is append-only';
         END IF;
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER audit_entry_kept BEFORE UPDATE ON audit_entry
       FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_entry_pruned BEFORE DELETE ON audit_entry
       FOR EACH ROW EXECUTE FUNCTION audit_refuse_unannounced()""",
    """CREATE TRIGGER audit_entry_whole BEFORE TRUNCATE ON audit_entry
       FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate()""",
    """CREATE TRIGGER audit_pruning_old BEFORE INSERT ON audit_pruning
       FOR EACH ROW EXECUTE FUNCTION audit_refuse_recent()""",
    """CREATE TRIGGER audit_pruning_kept BEFORE UPDATE OR DELETE ON audit_pruning
       FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
)
POSTGRESQL_FUNCTIONS = (
    "audit_refuse",
    "audit_refuse_unannounced",
    "audit_refuse_recent",
    "audit_refuse_truncate",
)


def install(connection: Any) -> None:
    """Make the triggers; on another database than these two there are none."""
    with connection.cursor() as cursor:
        for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[connection.vendor]:
            cursor.execute(statement)


def remove(connection: Any) -> None:
    """Take the triggers away: for a migration backwards, and to empty a test's database."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in SQLITE_NAMES:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        else:
            names = "(), ".join(POSTGRESQL_FUNCTIONS)
            cursor.execute(f"DROP FUNCTION IF EXISTS {names}() CASCADE")
