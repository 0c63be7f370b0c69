"""English is in the code; Dutch is complete, current and compiled."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings

PACKAGE = Path(settings.LOCALE_PATHS[0]).parent
PO = PACKAGE / "locale" / "nl" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def key(entry):
    return entry.msgctxt, entry.msgid, entry.msgid_plural


@pytest.fixture(scope="module")
def dutch():
    return polib.pofile(str(PO))


def test_every_text_of_the_code_is_in_the_catalogue(dutch, tmp_path):
    if not shutil.which("xgettext"):
        could_install = os.geteuid() == 0 and shutil.which("apt-get")
        (pytest.fail if could_install else pytest.skip)("xgettext is missing: apt-get install gettext")
    copy = tmp_path / "loket"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("tests", "__pycache__", "*.mo", "vendor"))
    (copy / "locale" / "nl" / "LC_MESSAGES" / "django.po").unlink()
    command = [sys.executable, "-m", "django", "makemessages", "-l", "nl", "--no-location"]
    subprocess.run(command, cwd=copy, check=True, capture_output=True, env=os.environ | {"DJANGO_SETTINGS_MODULE": ""})
    in_code = {key(entry) for entry in polib.pofile(str(copy / "locale/nl/LC_MESSAGES/django.po"))}
    known = {key(entry) for entry in dutch if not entry.obsolete}
    assert in_code - known == set(), "texts without Dutch: run makemessages and translate"
    assert known - in_code == set(), "texts that the code holds no more"


def test_nothing_is_untranslated_or_fuzzy(dutch):
    assert [entry.msgid for entry in dutch.untranslated_entries()] == []
    assert [entry.msgid for entry in dutch.fuzzy_entries()] == []
    assert [entry.msgid for entry in dutch.obsolete_entries()] == []


def test_placeholders_are_kept(dutch):
    for entry in dutch:
        for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            source = entry.msgid_plural or entry.msgid
            missing = set(PLACEHOLDER.findall(source)) ^ set(PLACEHOLDER.findall(text))
            assert missing <= set(PLACEHOLDER.findall(entry.msgid_plural)), f"{entry.msgid!r}: {missing}"


def test_the_compiled_catalogue_is_that_of_the_texts(dutch):
    compiled = {key(entry): (entry.msgstr, entry.msgstr_plural) for entry in polib.mofile(str(PO.with_suffix(".mo")))}
    assert compiled == {key(entry): (entry.msgstr, entry.msgstr_plural) for entry in dutch.translated_entries()}
