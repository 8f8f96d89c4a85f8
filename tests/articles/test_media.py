"""Pictures and documents: what is taken, what becomes of it, who may see it."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from PIL import Image, ImageCms, PngImagePlugin

from articles import publishing, tree
from articles.models import Media
from smartwiki.files.keeping import descriptions_of
from tests.articles.writing import address, edit_url, editor, new_guide_form, source_of, text_form
from tests.guides import MEMBERS, make_guide, make_user, translate

pytestmark = pytest.mark.django_db
JSON = {"headers": {"Accept": "application/json"}}


@pytest.fixture(autouse=True)
def own_storage(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


def picture(
    kind: str = "JPEG", size=(1200, 800), mode: str = "RGB", colour="teal", **options
) -> bytes:
    encoded = io.BytesIO()
    Image.new(mode, size, colour).save(encoded, kind, **options)
    return encoded.getvalue()


def office(folder: str = "word/", **more: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", f"{folder}document.xml"):
            archive.writestr(name, "<x/>")
        for name, content in more.items():
            archive.writestr(name, content)
    return packed.getvalue()


def send(client, guide, content: bytes, name: str = "photo.jpg", alt: str = "Un chat", **more):
    form = {
        "guide": guide.pk if guide else "",
        "language": "fr",
        "alt": alt,
        "file": SimpleUploadedFile(name, content),
    }
    return client.post(address("upload"), form | more, **JSON)


def fetch(client, url: str, **options):
    """Get a file and let go of it."""
    response = client.get(url, **options)
    response.getvalue()  # to the end, which closes the file
    return response


@pytest.fixture
def guide(client):
    client.force_login(editor())
    return make_guide("Factures")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_picture_is_made_anew_in_several_widths(client, guide, kind):
    response = send(client, guide, picture(kind), f"Photo de l’été.{kind.lower()}")
    assert response.status_code == 201
    media = Media.objects.get()
    assert (media.width, media.height, media.widths) == (1200, 800, [480, 960, 1200])
    assert (media.filename, media.content_type) == ("photo-de-lete.webp", "image/webp")
    answer = client.get(f"/files/{media.pk}/480/{media.filename}")
    with Image.open(io.BytesIO(answer.getvalue())) as small:
        assert (small.format, small.size) == ("WEBP", (480, 320))


def test_nothing_that_the_camera_wrote_survives(client, guide):
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = 6  # turned
    exif.get_ifd(0x8825)[2] = (50.0, 51.0, 0.0)
    marks = PngImagePlugin.PngInfo()
    marks.add_text("Comment", "SecretComment")
    send(client, guide, picture("JPEG", exif=exif))
    send(client, guide, picture("PNG", pnginfo=marks, exif=exif), "b.png")
    for media in Media.objects.all():
        assert (media.width, media.height) == (800, 1200)
        content = client.get(f"/files/{media.pk}/480/{media.filename}").getvalue()
        assert b"Secret" not in content and b"EXIF" not in content
        with Image.open(io.BytesIO(content)) as stored:
            assert not stored.getexif() and "xmp" not in stored.info


def with_red_and_green_exchanged() -> bytes:
    """Return such an sRGB profile, which no reader of the picture can overlook."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for old, new in ((b"rXYZ", b"____"), (b"gXYZ", b"rXYZ"), (b"____", b"gXYZ")):
        profile = profile.replace(old, new, 1)  # in the table of what is where
    return profile


def colour_of(client, answer) -> tuple[int, ...]:
    media = Media.objects.get(pk=answer.json()["number"])
    found = Image.open(io.BytesIO(client.get(f"/files/{media.pk}/480/{media.filename}").getvalue()))
    assert not found.info.get("icc_profile")
    return found.convert("RGB").getpixel((0, 0))


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_colours_are_those_that_the_camera_meant(client, guide, mode):
    content = picture("PNG", mode=mode, colour="red", icc_profile=with_red_and_green_exchanged())
    red, green, _blue = colour_of(client, send(client, guide, content))
    assert green > 200 > red


@pytest.mark.parametrize(
    ("mode", "profile"), [("RGB", b"none"), ("CMYK", b""), ("CMYK", with_red_and_green_exchanged())]
)
def test_a_profile_that_says_nothing_about_the_picture_is_ignored(client, guide, mode, profile):
    content = picture(mode=mode, colour="white" if mode == "RGB" else 0, icc_profile=profile)
    assert min(colour_of(client, send(client, guide, content))) > 250


def test_transparency_stays(client, guide):
    send(client, guide, picture("PNG", mode="RGBA", size=(50, 50), colour=(0, 0, 0, 0)), "b.png")
    media = Media.objects.get()
    content = client.get(f"/files/{media.pk}/50/{media.filename}").getvalue()
    assert Image.open(io.BytesIO(content)).mode == "RGBA"


def test_a_picture_needs_a_description(client, guide):
    response = send(client, guide, picture(), alt="  ")
    assert response.status_code == 422 and response.json()["problem"]
    assert not Media.objects.exists()


def test_a_page_shows_the_picture_with_its_description_in_the_language_of_the_text(client, guide):
    number = send(client, guide, picture()).json()["number"]
    translate(guide, "nl", "Facturen", text=f"![](media:{number})")
    alts = {"number": number, "alt_fr": "Un chat", "alt_nl": 'Een "kat" <b>'}
    client.post(address("files", guide.pk), alts)
    client.post(edit_url(guide), text_form(source_of(guide), text=f"![](media:{number})"))
    client.logout()
    french = client.get("/fr/guides/factures/").content.decode()
    assert 'alt="Un chat"' in french
    assert f"/files/{number}/480/photo.webp 480w" in french
    assert 'width="1200"' in french and 'sizes="' in french
    dutch = client.get("/nl/gidsen/facturen/").content.decode()
    assert 'alt="Een &quot;kat&quot; &lt;b&gt;"' in dutch
    german = client.get("/de/leitfaeden/factures/", follow=True).content.decode()
    assert 'alt="Un chat"' in german


def test_editors_describe_a_picture_in_their_languages_alone(client, guide):
    number = send(client, guide, picture()).json()["number"]
    client.force_login(editor("veerle", "nl"))
    page = client.get(address("files", guide.pk)).content.decode()
    assert page.count(" readonly>") == 3
    alts = {f"alt_{code}": "Een kat" for code in ("fr", "nl", "en", "de")}
    client.post(address("files", guide.pk), {"number": number, **alts})
    assert descriptions_of(Media.objects.get()) == {
        "fr": "Un chat", "nl": "Een kat", "en": "", "de": "",
    }  # fmt: skip


def test_an_unknown_picture_is_refused_on_save(client, guide):
    response = client.post(edit_url(guide), text_form(source_of(guide), text="![](media:99)"))
    assert response.status_code == 422
    assert "media:99" in response.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("Barème.pdf", b"%PDF-1.7\n...\n%%EOF\n", "application/pdf"),
        ("a.docx", office(), "application/vnd.openxmlformats-officedocument.wordprocessingml"),
        ("a.xlsx", office("xl/"), "application/vnd.openxmlformats-officedocument.spreadsheetml"),
    ],
)
def test_a_document_is_a_download(client, guide, name, content, content_type):
    number = send(client, guide, content, name, alt="").json()["number"]
    media = Media.objects.get(pk=number)
    response = client.get(f"/files/{number}/{media.filename}")
    assert response.getvalue() == content
    assert response["Content-Type"].startswith(content_type)
    assert response["Content-Disposition"] == f'attachment; filename="{media.filename}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.html", b"<script>alert(1)</script>"),
        ("a.jpg", b"<script>alert(1)</script>"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50),
        ("a.jpg", b"GIF89a/*" + b"\0" * 20),
        ("a.gif", b"GIF89a"),
        ("a.pdf", b"<html>%PDF-1.7 %%EOF"),
        ("a.pdf", b"%PDF-1.7 without an end"),
        ("a.docx", b"PK\x03\x04 broken"),
        ("a.docx", office("xl/")),
        ("a.docx", office(**{"word/vbaProject.bin": "x"})),
        ("a.docm", office()),
        ("a.odt", office()),
        ("a.exe", b"MZ"),
        ("noname", b"x"),
        ("a.jpg", b""),
    ],
)
def test_what_is_something_else_is_refused_with_a_sentence(client, guide, name, content):
    response = send(client, guide, content, name)
    assert response.status_code == 422
    assert len(response.json()["problem"]) > 20
    assert not Media.objects.exists()


def test_a_polyglot_keeps_only_its_pixels(client, guide):
    send(client, guide, picture() + b"<script>alert(1)</script>PK\x03\x04")
    media = Media.objects.get()
    content = client.get(f"/files/{media.pk}/960/{media.filename}").getvalue()
    assert b"script" not in content


@pytest.mark.parametrize("side", [7_000, 10_000, 14_000])
def test_a_decompression_bomb_is_refused_before_it_is_unpacked(client, guide, side):
    bomb = picture("PNG", size=(side, side), mode="1", colour=1)
    response = send(client, guide, bomb, "bomb.png")
    assert response.status_code == 422
    assert "40" in response.json()["problem"]


def test_a_document_that_unpacks_to_an_enormous_size_is_refused(client, guide):
    response = send(client, guide, office(**{"word/big.xml": "0" * 310_000_000}), "a.docx")
    assert response.status_code == 422


def test_a_file_of_more_than_the_limit_is_refused(client, guide):
    response = send(client, guide, b"%PDF-1.7" + b"0" * 20_000_001, "a.pdf")
    assert response.status_code == 413


def test_a_file_of_a_hidden_guide_is_not_readable_by_its_address(client):
    client.force_login(editor())
    hidden = make_guide("Membres", visibility=MEMBERS)
    number = send(client, hidden, picture()).json()["number"]
    url = f"/files/{number}/480/photo.webp"
    assert "private" in fetch(client, url)["Cache-Control"]
    client.logout()
    assert fetch(client, url).status_code == 404
    client.force_login(make_user("member"))
    assert fetch(client, url).status_code == 200
    tree.delete_guide(hidden)
    assert fetch(client, url).status_code == 404


def test_a_picture_in_an_open_guide_that_shows_a_hidden_guides_file_stays_away(client):
    client.force_login(editor())
    hidden, public = make_guide("Membres", visibility=MEMBERS), make_guide("Factures")
    number = send(client, hidden, picture(), alt="Secret").json()["number"]
    client.post(edit_url(public), text_form(source_of(public), text=f"![Chat](media:{number})"))
    client.logout()
    page = client.get("/fr/guides/factures/").content.decode()
    assert f"/files/{number}/" not in page and "Secret" not in page


def test_a_public_picture_may_be_kept_and_is_confirmed(client, guide):
    number = send(client, guide, picture()).json()["number"]
    client.logout()
    first = fetch(client, f"/files/{number}/480/photo.webp")
    assert "public" in first["Cache-Control"]
    again = fetch(
        client, f"/files/{number}/480/photo.webp", headers={"If-None-Match": first["ETag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["481/photo.webp", "480/other.webp", "photo.webp", "0/photo.webp"])
def test_other_addresses_are_not_found(client, guide, path):
    number = send(client, guide, picture()).json()["number"]
    assert fetch(client, f"/files/{number}/{path}").status_code == 404


def test_a_picture_of_a_new_guide_is_its_authors_until_it_is_saved(client):
    person = editor()
    client.force_login(person)
    number = send(client, None, picture()).json()["number"]
    url = f"/files/{number}/480/photo.webp"
    assert fetch(client, url).status_code == 200
    client.logout()
    assert fetch(client, url).status_code == 404
    client.force_login(person)
    client.post(address("new"), new_guide_form(text=f"![](media:{number})"))
    assert Media.objects.get().guide is not None
    client.logout()
    assert fetch(client, url).status_code == 200


@pytest.mark.parametrize("role", [None, "", "moderator", "project_lead"])
def test_only_who_writes_adds_files(client, role):
    guide = make_guide("Factures")
    if role is not None:
        client.force_login(make_user("somebody", role))
    assert send(client, guide, picture()).status_code == 403
    assert send(client, None, picture()).status_code == 403
    assert client.get(address("files", guide.pk)).status_code == 403
    assert not Media.objects.exists()


def test_files_work_without_a_script(client, guide):
    form = {"guide": guide.pk, "language": "fr", "alt": "Un chat"}
    sent = form | {"file": SimpleUploadedFile("photo.jpg", picture())}
    page = client.post(address("upload"), sent, follow=True).content.decode()
    assert "media:" in page and "photo.webp" in page
    refused = client.post(address("upload"), form)
    assert refused.status_code == 422 and 'role="alert"' in refused.content.decode()


def test_the_editor_lists_the_files(client, guide):
    send(client, guide, picture())
    (listed,) = client.get(address("files", guide.pk), **JSON).json()["files"]
    assert (listed["alt"], listed["picture"]) == ("Un chat", True)


def test_a_page_with_twenty_pictures_needs_one_more_query(
    client, guide, django_assert_max_num_queries
):
    number = send(client, guide, picture(size=(50, 50))).json()["number"]
    for _count in range(19):
        Media.objects.create(
            guide=guide,
            kind="picture",
            folder=f"{_count:032}",
            filename="a.webp",
            size=1,
            width=1,
            height=1,
            widths=[1],
            content_type="image/webp",
        )
    text = "\n\n".join(f"![](media:{pk})" for pk in Media.objects.values_list("pk", flat=True))
    publishing.publish(
        source_of(guide),
        publishing.Text(title="Factures", text=text),
        publishing.Change(),
        base=source_of(guide).published,
    )
    client.logout()
    with django_assert_max_num_queries(4):
        page = client.get("/fr/guides/factures/").content.decode()
    assert page.count("<img src=") >= 20 and f"/files/{number}/" in page


def test_a_picture_is_not_left_without_any_description(client, guide):
    number = send(client, guide, picture()).json()["number"]
    sent = {"number": number, "alt_fr": " "}
    response = client.post(address("files", guide.pk), sent, follow=True)
    assert next(iter(response.context["messages"])).level_tag == "error"
    assert descriptions_of(Media.objects.get())["fr"] == "Un chat"
