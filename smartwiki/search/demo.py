"""The glossary of the demonstration: everyday words for what the cooperative speaks of."""

from __future__ import annotations

import csv
from pathlib import Path

from smartwiki.languages import language_codes
from smartwiki.models import ContentVersion
from smartwiki.search.models import Concept, ConceptNames


def load_glossary(path: Path) -> None:
    """Load a file with a column for each language; a glossary that is there stays as it is.

    Needs a transaction.
    """
    ContentVersion.lock()
    if Concept.objects.exists():
        return
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            concept = Concept.objects.create()
            ConceptNames.objects.bulk_create(
                ConceptNames(concept=concept, language=code, words=row[code])
                for code in language_codes()
                if row.get(code)
            )
    ContentVersion.bump()
