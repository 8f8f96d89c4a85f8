"""Files in a bucket that several machines share, on a server that speaks S3."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from moto.server import ThreadedMotoServer

from smartwiki import env
from smartwiki.backup import operations
from tests.articles.test_media import picture, send
from tests.articles.writing import editor
from tests.guides import MEMBERS, make_guide
from tests.servers import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def endpoint():
    server = ThreadedMotoServer("127.0.0.1", free_port(), verbose=False)
    server.start()
    yield f"http://127.0.0.1:{server._port}"
    server.stop()


@pytest.fixture
def bucket(endpoint, monkeypatch, settings, tmp_path):
    """Media in a new bucket, as the environment of an installation says it."""
    for name, value in {
        "S3_BUCKET": tmp_path.name.replace("_", "-"),
        "S3_ENDPOINT": endpoint,
        "S3_ACCESS_KEY": "key",
        "S3_SECRET_KEY": "secret",
    }.items():
        monkeypatch.setenv(name, value)
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = settings.STORAGES | {"default": env.media("S3")}
    default_storage.connection.create_bucket(Bucket=default_storage.bucket_name)
    yield default_storage.bucket
    default_storage.connection.meta.client.close()


def test_a_picture_goes_into_the_bucket_and_comes_out_to_readers(client, bucket, settings):
    client.force_login(editor())
    sent = send(client, make_guide("Factures"), picture())
    assert sent.status_code == 201, sent.content
    kept = sorted(each.key for each in bucket.objects.all())
    assert [key.rpartition("/")[2] for key in kept] == ["1200", "480", "960"]
    assert not settings.MEDIA_ROOT.exists()
    client.logout()
    response = client.get(sent.json()["thumbnail"])
    content = response.getvalue()
    assert response["Content-Type"] == "image/webp"
    assert content.startswith(b"RIFF")
    again = client.get(sent.json()["thumbnail"], headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_nobody_gets_a_hidden_file_from_the_site_or_from_the_bucket(client, bucket):
    client.force_login(editor())
    url = send(client, make_guide("Secret", visibility=MEMBERS), picture()).json()["thumbnail"]
    client.logout()
    assert client.get(url).status_code == 404
    for each in bucket.objects.all():
        grants = each.Object().Acl().grants
        assert not [grant for grant in grants if "AllUsers" in grant["Grantee"].get("URI", "")]


def test_a_file_that_the_bucket_lost_is_not_found(client, bucket):
    client.force_login(editor())
    url = send(client, make_guide("Factures"), picture()).json()["thumbnail"]
    bucket.objects.all().delete()
    assert client.get(url).status_code == 404


def test_a_bucket_is_in_the_backup(bucket, tmp_path):
    default_storage.save("guides/1/480", ContentFile(b"pixels"))
    assert list(operations.stored_files()) == ["guides/1/480"]
    operations._remove_files_except({"guides/1/480"})
    assert default_storage.exists("guides/1/480")
    operations._remove_files_except(set())
    assert not default_storage.exists("guides/1/480")


def test_without_a_bucket_files_are_in_a_folder(monkeypatch):
    monkeypatch.delenv("S3_BUCKET", raising=False)
    assert env.media("S3")["BACKEND"].endswith("FileSystemStorage")


@pytest.mark.parametrize(
    ("name", "value"),
    [("S3_ENDPOINT", "s3.internal"), ("S3_ACCESS_KEY", ""), ("S3_SECRET_KEY", "")],
)
def test_a_bucket_that_cannot_be_reached_stops_the_start(monkeypatch, name, value):
    good = {"S3_BUCKET": "b", "S3_ACCESS_KEY": "k", "S3_SECRET_KEY": "s"}
    for each, given in (good | {name: value}).items():
        monkeypatch.setenv(each, given)
    with pytest.raises(env.EnvironmentVariableError, match=name):
        env.media("S3")


def test_amazons_own_address_needs_no_endpoint(monkeypatch):
    monkeypatch.delenv("S3_ENDPOINT", raising=False)
    for each, given in {"S3_BUCKET": "b", "S3_ACCESS_KEY": "k", "S3_SECRET_KEY": "s"}.items():
        monkeypatch.setenv(each, given)
    assert "endpoint_url" not in env.media("S3")["OPTIONS"]
