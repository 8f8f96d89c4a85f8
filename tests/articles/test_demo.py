"""The demonstration loads once, in every state, and destroys nothing."""

import pytest
from django.core.management import call_command
from django.db.models import F

from articles.models import Guide, RevisionInfo, Translation
from smartwiki.accounts.demo import ACCOUNTS, PASSWORD
from smartwiki.accounts.models import User
from tests.guides import revise

pytestmark = pytest.mark.django_db


def test_demonstration_has_every_state_and_loading_it_again_changes_nothing(client):
    call_command("load_demo", verbosity=0)
    guides = Guide.objects.count()
    assert guides >= 30
    assert Guide.objects.filter(depth=2).exists()
    assert Guide.objects.filter(source_language="nl").count() >= 3
    in_language = {
        code: Translation.objects.published().filter(language=code).count()
        for code in ("fr", "nl", "en", "de")
    }
    assert in_language["fr"] == guides
    assert guides > in_language["nl"] > guides / 2
    assert in_language["nl"] > in_language["en"] > in_language["de"] > 5
    outdated = RevisionInfo.objects.filter(
        based_on__isnull=False,
        based_on__revision__revision_number__lt=F(
            "based_on__revision__article__current_revision__revision_number"
        ),
    )
    assert outdated.exists()
    edited = Translation.objects.filter(language="fr").first()
    revise(edited, text="Écrit par quelqu'un")
    revisions = RevisionInfo.objects.count()
    call_command("load_demo", verbosity=0)
    assert RevisionInfo.objects.count() == revisions
    for account in ACCOUNTS:
        assert client.login(email=account.email, password=PASSWORD), account.email
        assert User.objects.get(email=account.email).is_team == bool(
            account.role or account.administrator
        )
