import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects.exports import record, row, row_names
from projects.models import Project
from smartwiki.spreadsheets import csv_text


class Command(BaseCommand):
    help = "Export all projects, published or not, as CSV or JSON that import_projects reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        projects = Project.objects.exclude(key=None).order_by("pk").prefetch_related("facets")
        if file.suffix.lower() == ".csv":
            text = csv_text(row_names(), map(row, projects))
        elif file.suffix.lower() == ".json":
            records = {"projects": [record(project) for project in projects]}
            text = json.dumps(records, ensure_ascii=False, indent=2, default=str) + "\n"
        else:
            raise CommandError("The file's name must end in .csv or .json.")
        file.write_text(text, encoding="utf-8", newline="")
        self.stdout.write(f"Projects: {len(projects)}.")
