"""The reasons that moderators begin with; they can be changed in the administration."""

from django.db import migrations

REASONS = [
    {
        "fr": (
            "Vie privée",
            "Votre commentaire dit quelque chose de privé sur une personne. Sans cela, nous le publierons volontiers.",
        ),
        "nl": (
            "Privacy",
            "Je reactie vertelt iets persoonlijks over iemand. Zonder dat publiceren we ze graag.",
        ),
        "en": (
            "Private life",
            "Your comment says something private about somebody. Without it, we will gladly publish it.",
        ),
        "de": (
            "Privatleben",
            "Ihr Kommentar verrät etwas Privates über jemanden. Ohne das veröffentlichen wir ihn gern.",
        ),
    },
    {
        "fr": (
            "Blessant",
            "Votre commentaire peut blesser quelqu’un. La critique est bienvenue ici : dites-la des choses, pas des personnes.",
        ),
        "nl": (
            "Kwetsend",
            "Je reactie kan iemand kwetsen. Kritiek is hier welkom: richt ze op de zaak, niet op de persoon.",
        ),
        "en": (
            "Hurtful",
            "Your comment may hurt somebody. Criticism is welcome here: aim it at the matter, not at the person.",
        ),
        "de": (
            "Verletzend",
            "Ihr Kommentar kann jemanden verletzen. Kritik ist hier willkommen: an der Sache, nicht an der Person.",
        ),
    },
    {
        "fr": (
            "Autre sujet",
            "Votre commentaire parle d’autre chose que de ce projet. Pour une question sur votre dossier, votre conseiller·e vous répondra.",
        ),
        "nl": (
            "Ander onderwerp",
            "Je reactie gaat over iets anders dan dit project. Met een vraag over je dossier kun je bij je adviseur terecht.",
        ),
        "en": (
            "Something else",
            "Your comment is about something other than this project. Your adviser will answer a question about your own file.",
        ),
        "de": (
            "Anderes Thema",
            "Ihr Kommentar handelt von etwas anderem als diesem Projekt. Eine Frage zu Ihrer Akte beantwortet Ihre Beraterin oder Ihr Berater.",
        ),
    },
    {
        "fr": ("Publicité", "Votre commentaire fait de la publicité : ce n’est pas l’objet de cette page."),
        "nl": ("Reclame", "Je reactie maakt reclame: daar dient deze pagina niet voor."),
        "en": ("Advertising", "Your comment advertises something: this page is not for that."),
        "de": ("Werbung", "Ihr Kommentar macht Werbung: dafür ist diese Seite nicht da."),
    },
    {
        "fr": (
            "Déjà dit",
            "Cela a déjà été dit ou demandé sur cette page. Vous pouvez répondre au commentaire qui s’y trouve.",
        ),
        "nl": (
            "Al gezegd",
            "Dit is op deze pagina al gezegd of gevraagd. Je kunt antwoorden op de reactie die er staat.",
        ),
        "en": (
            "Already said",
            "This was said or asked on this page before. You can answer the comment that stands there.",
        ),
        "de": (
            "Schon gesagt",
            "Das wurde auf dieser Seite schon gesagt oder gefragt. Sie können auf den Kommentar dort antworten.",
        ),
    },
]


def make_reasons(apps, schema_editor):
    ReadyReason = apps.get_model("projects", "ReadyReason")
    fields = {field.name for field in ReadyReason._meta.get_fields()}
    for position, reason in enumerate(REASONS):
        values = {"position": position, "name": reason["fr"][0], "text": reason["fr"][1]}
        for code, (name, text) in reason.items():
            if f"name_{code}" in fields:
                values |= {f"name_{code}": name, f"text_{code}": text}
        ReadyReason.objects.create(**values)


class Migration(migrations.Migration):
    dependencies = [("projects", "0003_comments")]
    operations = [migrations.RunPython(make_reasons, migrations.RunPython.noop, elidable=False)]
