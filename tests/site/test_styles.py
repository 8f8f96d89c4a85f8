"""The style sheets are whole: a brace lost in a merge would undo all that follows."""

from pathlib import Path

import pytest
from django.conf import settings

SHEETS = sorted(Path(settings.BASE_DIR, "static", "css").glob("*.css"))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_every_block_is_closed_before_the_next_layer(sheet):
    depth = 0
    for number, line in enumerate(sheet.read_text().splitlines(), start=1):
        assert depth == 0 or not line.startswith("@layer"), f"line {number} begins inside a block"
        depth += line.count("{") - line.count("}")
    assert depth == 0
