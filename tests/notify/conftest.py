"""Templates of a message that only tests send."""

from pathlib import Path

import pytest

from smartwiki import env
from tests.mail import smtp_server


@pytest.fixture(autouse=True)
def own_templates(settings) -> None:
    folder = Path(__file__).parent / "templates"
    templates = [dict(settings.TEMPLATES[0])]
    templates[0]["DIRS"] = [*templates[0]["DIRS"], folder]
    settings.TEMPLATES = templates


@pytest.fixture
def postbox(settings, tmp_path, monkeypatch):
    """A real SMTP server that mails are sent to."""
    with smtp_server() as (postbox, url):
        monkeypatch.setenv("EMAIL_URL", url)
        settings.MAIL_TRANSPORT = env.mail("EMAIL_URL", tmp_path)
        yield postbox
