from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from articles.models import RevisionInfo
from smartwiki.markdown import RENDERER_VERSION, render
from smartwiki.models import ContentVersion


class Command(BaseCommand):
    help = "Render again the texts that an older version of the renderer made (after an upgrade)."

    def handle(self, *args: Any, **options: Any) -> None:
        old = RevisionInfo.objects.exclude(rendered_with=RENDERER_VERSION).select_related(
            "revision__article__translation"
        )
        number = 0
        for info in old.iterator(chunk_size=100):
            language = info.revision.article.translation.language
            rendered = render(info.revision.content, language=language)
            info.html, info.references = rendered.html, rendered.references
            info.toc = [asdict(heading) for heading in rendered.toc]
            info.rendered_with = RENDERER_VERSION
            info.save(update_fields=["html", "toc", "references", "rendered_with"])
            number += 1
        ContentVersion.bump()
        self.stdout.write(f"Texts rendered again: {number}.")
