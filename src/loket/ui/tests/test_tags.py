from datetime import UTC, datetime

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

from loket.ui.templatetags import ui


def render(source, **context):
    return Template(source).render(Context(context))


class Form(forms.Form):
    subject = forms.CharField(help_text="A few words")
    agree = forms.BooleanField(label="I agree")
    kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect, required=False)


def test_an_icon_is_hidden_from_screen_readers():
    svg = render('{% icon "paperclip" 20 %}')
    assert svg.startswith("<svg")
    assert 'aria-hidden="true"' in svg
    assert 'class="icon icon-20"' in svg


@pytest.mark.parametrize("name", [*ui.STATE_ICONS.values(), *(name for _, name in ui.FILE_ICONS), "file"])
def test_every_icon_that_data_chooses_exists(name):
    assert "<svg" in ui.icon(name)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Lovelace", "AL"),
        ("ada@example.com", "A"),
        ("Jan (billing) Smit", "JS"),
        ("", "?"),
        (None, "?"),
        ("ß", "SS"),
    ],
)
def test_initials(name, letters):
    assert ui.initials(name) == letters


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 kB"),
        (1, "1 kB"),
        (24_500, "25 kB"),
        (3_400_000, "3.4 MB"),
        (25_000_000, "25 MB"),
        (2_000_000_000, "2 GB"),
    ],
)
def test_sizes_as_people_say_them(size, words):
    assert ui.filesize(size) == words


def test_a_size_is_written_in_the_readers_language():
    with translation.override("nl"):
        assert ui.filesize(3_400_000).startswith("3,4")


def test_labels_and_names_are_escaped():
    assert "<b>" not in render("{% pill label 'open' %}{% avatar label %}{{ label|initials }}", label="<b>New</b>")
    assert "&lt;b&gt;New" in ui.pill("<b>New</b>", "open")


def test_a_field_names_its_help_and_its_error():
    page = render("{% field form.subject %}", form=Form({}))
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_subject_helptext id_subject_error"' in page
    assert 'id="id_subject_helptext"' in page
    assert 'id="id_subject_error"' in page


def test_a_group_of_radios_has_a_legend_and_a_check_box_its_words_beside_it():
    page = render("{% field form.kind %}{% field form.agree %}", form=Form())
    assert "<legend>Kind" in page
    assert '<label class="choice" for="id_agree"><input' in page


def test_only_what_may_be_left_out_says_so():
    assert "(optional)" not in render("{% field form.subject %}", form=Form())
    assert "(optional)" in render("{% field form.kind %}", form=Form())


def test_the_summary_of_errors_leads_to_each_field():
    page = render_to_string("ui/form_errors.html", {"form": Form({})})
    assert 'href="#id_subject"' in page
    assert 'href="#id_agree"' in page
    assert render_to_string("ui/form_errors.html", {"form": Form()}).strip() == ""


def test_when_is_a_time_element_and_nothing_without_a_date():
    moment = datetime(2026, 11, 23, 14, 32, tzinfo=UTC)
    assert 'datetime="2026-11-23T14:32:00+00:00"' in render("{% when moment %}", moment=moment)
    assert render("{% when moment %}", moment=None) == ""


def test_an_address_that_the_manifest_lacks_is_still_an_address(settings):
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    assert render('{% asset "ui/css/loket.css" %}') == "/static/ui/css/loket.css"
