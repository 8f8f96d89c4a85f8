"""The database refuses to change the audit log.

A later migration that alters these tables must call `remove` first and `install` after it: SQLite
makes a table anew to alter it, and its triggers are lost.
"""

from django.db import migrations

from smartwiki.audit import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


def remove(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_audit_log")]
    operations = [migrations.RunPython(install, remove)]
