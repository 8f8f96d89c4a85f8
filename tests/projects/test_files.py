"""Pictures and documents of projects: added by a lead, shown in texts to who may read them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from projects.models import Attachment
from tests.articles.test_media import fetch, picture
from tests.guides import MEMBERS, make_guide, make_user
from tests.projects.helpers import address, make_lead, make_project, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_storage(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def lead():
    return make_lead()


@pytest.fixture
def project(lead):
    return make_project("Un wiki", lead)


def send(client, project, content=None, name="photo.jpg", alt="Une réunion", language="fr"):
    file = SimpleUploadedFile(name, content or picture())
    url = address("project_desk:files", project.pk, language=language)
    return client.post(url, {"file": file, "alt": alt})


def write(client, project, **fields):
    values = {"source_language": "fr", "title_fr": "Un wiki", "slug_fr": "un-wiki"} | fields
    return client.post(address("project_desk:texts", project.pk), values)


def test_a_lead_adds_a_picture_and_every_reader_sees_it_in_the_text(client, lead, project):
    client.force_login(lead)
    assert send(client, project).status_code == 302
    file = Attachment.objects.get()
    desk = client.get(address("project_desk:files", project.pk)).content.decode()
    assert f"<code>![](attachment:{file.pk})</code>" in desk
    form = client.get(address("project_desk:texts", project.pk)).content.decode()
    assert f"<code>![](attachment:{file.pk})</code>" in form
    assert write(client, project, body_fr=f"![](attachment:{file.pk})").status_code == 302
    client.logout()
    page = client.get(page_of(project)).content.decode()
    assert 'alt="Une réunion"' in page and "srcset" in page
    response = fetch(client, f"/files/project/{file.pk}/480/{file.filename}")
    assert response["Content-Type"] == "image/webp" and "public" in response["Cache-Control"]
    assert fetch(client, f"/files/project/{file.pk}/481/{file.filename}").status_code == 404
    assert fetch(client, f"/files/project/{file.pk}/{file.filename}").status_code == 404


def test_a_document_is_downloaded(client, lead, project):
    client.force_login(lead)
    send(client, project, b"%PDF-1.7\n%%EOF", "rapport.pdf", alt="")
    file = Attachment.objects.get()
    assert file.as_text == f"[rapport.pdf](attachment:{file.pk})"
    write(client, project, body_fr=f"[](attachment:{file.pk})")
    page = client.get(page_of(project)).content.decode()
    assert f'<a href="/files/project/{file.pk}/rapport.pdf">rapport.pdf</a>' in page
    response = fetch(client, f"/files/project/{file.pk}/rapport.pdf")
    assert response["Content-Disposition"].startswith("attachment")
    assert fetch(client, f"/files/project/{file.pk}/480/rapport.pdf").status_code == 404


def test_files_of_a_project_that_is_not_published_are_its_leads_alone(client, lead, project):
    client.force_login(lead)
    send(client, project)
    project.is_published = False
    project.save()
    file = Attachment.objects.get()
    url = f"/files/project/{file.pk}/480/{file.filename}"
    assert "private" in fetch(client, url)["Cache-Control"]
    for person in (None, make_user("member"), make_lead("other")):
        client.logout()
        if person:
            client.force_login(person)
        assert client.get(url).status_code == 404


def test_what_is_wrong_with_a_file_is_said_and_its_description_kept(client, lead, project):
    client.force_login(lead)
    refused = {
        send(client, project, b"no picture", "photo.jpg"),
        send(client, project, b"MZ", "setup.exe"),
        client.post(address("project_desk:files", project.pk), {"alt": "Une réunion"}),
    }
    for response in refused:
        page = response.content.decode()
        assert response.status_code == 422
        assert 'role="alert"' in page and 'value="Une réunion"' in page
    assert send(client, project, alt=" ").status_code == 422
    assert not Attachment.objects.exists()


def test_descriptions_are_given_in_every_language(client, lead, project):
    client.force_login(lead)
    send(client, project)
    file = Attachment.objects.get()
    url = address("project_desk:describe", project.pk)
    client.post(url, {"number": file.pk, "alt_fr": "Une réunion", "alt_nl": "Een vergadering"})
    client.post(url, {"number": file.pk, "alt_fr": " "})  # refused: a picture needs one
    file.refresh_from_db()
    assert (file.alt_fr, file.alt_nl) == ("Une réunion", "Een vergadering")
    write(client, project, body_fr=f"![](attachment:{file.pk})", title_nl="Een wiki")
    project.refresh_from_db()
    assert 'alt="Een vergadering"' in client.get(page_of(project, "nl")).content.decode()
    other = make_project("Autre", lead)
    assert (
        client.post(address("project_desk:describe", other.pk), {"number": file.pk}).status_code
        == 404
    )
    assert client.post(url, {"number": "9" * 40}).status_code == 404


def test_a_link_that_leads_nowhere_is_said_beside_the_text(client, lead, project):
    client.force_login(lead)
    response = write(client, project, body_fr="![](attachment:4711) [x](guide:12)")
    page = response.content.decode()
    assert response.status_code == 422 and "id_body_fr_error" in page
    assert "attachment:4711" in page and "guide:12" in page
    hidden = make_guide("Réservé", audience=MEMBERS)
    body = f"[](guide:{hidden.pk})"
    assert write(client, project, body_fr=body).status_code == 302
    hidden.delete()
    assert write(client, project, body_fr=body, summary_fr="Autre").status_code == 302  # as it was
