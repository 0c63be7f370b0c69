"""Files in a bucket of a real S3 store."""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tracemalloc
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File as DjangoFile
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from loket.config import env
from loket.files.models import File, folder_of

KEY, SECRET, BUCKET = "loket", "only-for-tests", "files"
CONFIG = """{"identities": [{"name": "loket", "credentials": [{"accessKey": "loket", "secretKey": "only-for-tests"}],
"actions": ["Admin", "Read", "Write", "List"]}]}"""
MEGABYTE = 1024 * 1024

pytestmark = pytest.mark.installation


def free_ports(count):
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@pytest.fixture(scope="module")
def store():
    """The host and port of an S3 server on the loopback."""
    folder = Path(tempfile.mkdtemp(prefix="loket-s3-"))
    (folder / "s3.json").write_text(CONFIG)
    master, master_grpc, volume, volume_grpc, filer, filer_grpc, s3, s3_grpc = free_ports(8)
    weed = Path(sys.executable).with_name("weed")
    command = [
        weed, "server", "-s3", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder}", "-master.volumeSizeLimitMB=64",
        f"-master.port={master}", f"-master.port.grpc={master_grpc}", f"-volume.port={volume}",
        f"-volume.port.grpc={volume_grpc}", f"-filer.port={filer}", f"-filer.port.grpc={filer_grpc}",
        f"-s3.port={s3}", f"-s3.port.grpc={s3_grpc}", f"-s3.config={folder}/s3.json", "-volume.max=20", "-s3.iam=false",
    ]  # fmt: skip
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        await_bucket(process, f"127.0.0.1:{s3}", folder / "log")
        yield f"127.0.0.1:{s3}"
    finally:
        process.kill()
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def await_bucket(process, host, log):
    """Make the bucket as soon as the store takes one."""
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{host}",
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
        region_name="eu-west-1",
    )
    last_moment = time.monotonic() + 60
    while time.monotonic() < last_moment:
        assert process.poll() is None, log.read_text()
        with suppress(BotoCoreError, ClientError):
            client.create_bucket(Bucket=BUCKET)
            client.put_object(Bucket=BUCKET, Key="hello", Body=b"hello")
            return
        time.sleep(0.3)
    pytest.fail(log.read_text()[-3000:])


@pytest.fixture
def bucket(store, settings, monkeypatch):
    """The default storage in the bucket, as ``STORAGE_URL`` sets it."""
    monkeypatch.setenv("STORAGE_URL", f"s3+http://{KEY}:{SECRET}@{store}/{BUCKET}?region=eu-west-1&prefix=loket/")
    settings.STORAGES = settings.STORAGES | {"default": env.storage()}
    return storages["default"]


@pytest.mark.django_db
def test_alice_gets_back_what_she_attached_and_charlie_does_not(bucket, portal, ticket, alice, charlie, entered):
    content = b"\x00\x01 picture " * 1000
    browser = entered(alice)
    token = browser.post("/support/uploads/", {"file": ContentFile(content, "photo.bin")}).json()["token"]
    browser.post(f"/support/tickets/{ticket.pk}/replies/", {"text": "See", "token": "t", "upload": token})
    attachment = ticket.threads.get().messages.last().attachments.get()
    address = f"/support/files/{attachment.pk}/photo.bin"
    answer = browser.get(address)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == content
    assert entered(charlie).get(address).status_code == 404
    assert bucket.listdir("")[0] == [f"{attachment.file.created_at:%Y}"]


def test_nobody_reads_an_object_without_the_key(bucket, store):
    name = bucket.save("2026/secret", ContentFile(b"secret"))
    with pytest.raises(HTTPError) as refused:
        urlopen(f"http://{store}/{BUCKET}/loket/{name}")
    assert refused.value.code == 403


def test_an_absent_object_is_an_absent_file(bucket):
    with pytest.raises(FileNotFoundError):
        bucket.open("2026/never")


def test_large_files_pass_through_without_being_held_in_memory(bucket, tmp_path):
    source = tmp_path / "large"
    with source.open("wb") as file:
        file.truncate(64 * MEGABYTE)
    tracemalloc.start()
    with source.open("rb") as file:
        name = bucket.save("2026/large", DjangoFile(file))
    stream = bucket.open(name)
    assert stream.size == 64 * MEGABYTE
    read = sum(len(piece) for piece in stream.chunks())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert read == 64 * MEGABYTE
    assert peak < 40 * MEGABYTE, peak


@pytest.mark.django_db
def test_what_is_purged_and_swept_leaves_the_bucket(bucket, alice):
    lost_folder = folder_of(timezone.now() - timedelta(days=3))
    bucket.save(f"{lost_folder}/lost", ContentFile(b"rolled back"))
    file = File.objects.store(ContentFile(b"waits", "a.txt"), uploader=alice)
    File.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert File.objects.purge() == 1
    assert not bucket.exists(file.key)
    assert File.objects.sweep() == 1
    assert not bucket.exists(f"{lost_folder}/lost")
