from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from loket.files import models
from loket.files.models import File
from loket.records.chores import chores

pytestmark = pytest.mark.django_db


def store(uploader, name="a.txt"):
    return File.objects.store(SimpleUploadedFile(name, b"hello"), uploader=uploader)


def test_alice_claims_her_files_in_her_order(alice):
    first, second = store(alice), store(alice)
    assert list(File.objects.waiting(alice)) == [first, second]
    claimed = File.objects.claim([str(second.token), first.token], alice)
    assert claimed == [second, first] and all(file.claimed_at for file in claimed)
    assert not File.objects.waiting(alice).exists()


def test_nothing_to_claim_is_fine(alice):
    assert File.objects.claim([], alice) == []


def test_charlie_cannot_claim_alices_file(alice, charlie, dora):
    file, own = store(alice), store(charlie)
    for other in (charlie, dora, None):
        with pytest.raises(ValidationError):
            File.objects.claim([file.token], other)
        assert file not in File.objects.waiting(other)
    with pytest.raises(ValidationError):
        File.objects.claim([own.token, file.token], charlie)
    assert File.objects.claim([file.token], alice) and File.objects.claim([own.token], charlie)


def test_an_agent_with_the_same_number_is_someone_else(alice, dora):
    assert alice.pk == dora.pk
    with pytest.raises(ValidationError):
        File.objects.claim([store(alice).token], dora)


def test_a_file_is_claimed_once(alice):
    file = store(alice)
    File.objects.claim([file.token], alice)
    with pytest.raises(ValidationError):
        File.objects.claim([file.token], alice)


@pytest.mark.parametrize("token", ["nonsense", "", "\x00", uuid4(), None, "9" * 10_000])
def test_an_unknown_token_is_refused(token, alice):
    with pytest.raises(ValidationError):
        File.objects.claim([token], alice)


def test_a_doubled_token_counts_once(alice):
    file = store(alice)
    assert File.objects.claim([file.token, str(file.token)], alice) == [file]


def test_too_many_files_are_refused_with_the_number(alice, settings):
    settings.ATTACHMENT_MAX_COUNT = 2
    tokens = [store(alice).token for _ in range(3)]
    with pytest.raises(ValidationError, match="at most 2 files"):
        File.objects.claim(tokens, alice)
    assert len(File.objects.claim(tokens[:2], alice)) == 2


def aged(file, **age):
    File.objects.filter(pk=file.pk).update(created_at=timezone.now() - timedelta(**age))
    return file


def test_what_nobody_claimed_in_a_day_is_purged_with_its_bytes(alice):
    old, young, claimed = aged(store(alice), hours=25), aged(store(alice), hours=23), aged(store(alice), days=9)
    File.objects.filter(pk=claimed.pk).update(claimed_at=timezone.now())
    default_storage.save(f"{old.key}.webp", ContentFile(b"x"))
    File.objects.filter(pk=old.pk).update(preview_key=f"{old.key}.webp")

    assert File.objects.purge() == 1 and File.objects.purge() == 0

    assert set(File.objects.all()) == {young, claimed}
    assert not default_storage.exists(old.key) and not default_storage.exists(f"{old.key}.webp")
    assert default_storage.exists(young.key) and default_storage.exists(claimed.key)


def test_an_erased_file_cannot_be_claimed_and_goes_at_the_next_purge(alice):
    file = store(alice)
    File.objects.claim([file.token], alice)[0].erase()
    for person in (alice, None):
        with pytest.raises(ValidationError):
            File.objects.claim([file.token], person)
    assert File.objects.purge() == 1
    assert not default_storage.exists(file.key)


def test_bytes_whose_row_was_rolled_back_are_swept(alice, monkeypatch):
    past = timezone.now() - timedelta(days=3)
    monkeypatch.setattr(models, "new_key", lambda: f"{models.folder_of(past)}/{uuid4().hex}")
    kept = store(alice)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        lost = store(alice)
        raise ZeroDivisionError
    assert default_storage.exists(lost.key)
    assert File.objects.sweep() == 1 and File.objects.sweep() == 0
    assert default_storage.exists(kept.key) and not default_storage.exists(lost.key)


def test_todays_bytes_wait_for_their_row(alice):
    key = default_storage.save(models.new_key(), ContentFile(b"x"))
    assert File.objects.sweep() == 0 and default_storage.exists(key)


def test_the_worker_does_both_chores():
    assert {"files.purge", "files.sweep"} <= {chore.name for chore in chores()}
