import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loket.guard.markup import fold_quote

HISTORY = [
    "On Mon, 3 Jan 2022 at 10:00, Dora <dora@example.com> wrote:\n> Is it plugged in?\n",
    "Op ma 3 jan. 2022 om 10:00 schreef Dora <dora@example.com>:\n> Zit de stekker erin?\n",
    "Am 03.01.22 um 10:00 schrieb Dora:\n> Ist der Stecker drin?\n",
    "-----Original Message-----\nFrom: Dora\nIs it plugged in?\n",
    "Van: Dora\nVerzonden: maandag 3 januari 2022 10:00\nAan: Alice\nOnderwerp: Printer\n\nZit de stekker erin?\n",
    "> Is it plugged in?\n> Really?\n",
]


@pytest.mark.parametrize("history", HISTORY)
def test_history_below_an_answer_is_folded(history):
    assert fold_quote("Yes, it is.\n\n" + history) == ("Yes, it is.\n\n", history)


@pytest.mark.parametrize("history", HISTORY)
def test_a_forward_with_nothing_above_is_shown_whole(history):
    assert fold_quote(history) == (history, "")


def test_answers_between_the_questions_are_shown():
    text = "Hi,\n\nOn 3 Jan Dora wrote:\n> Is it plugged in?\n\nYes.\n\n> Is it on?\n\nNo.\n"
    assert fold_quote(text) == (text, "")


def test_a_journey_is_no_history():
    text = "Please book me a train\nFrom: Utrecht\nTo: Delft\nDate: Monday\n"
    assert fold_quote(text) == (text, "")


@settings(max_examples=100)
@given(
    st.lists(st.sampled_from([*HISTORY, "x\n", "\n", "> y\n", "\r\n", "\u2028", "\x0c", "From: a\n", "Subject: b\n"]))
)
def test_no_line_is_ever_lost(parts):
    text = "".join(parts)
    assert "".join(fold_quote(text)) == text


@pytest.mark.parametrize("piece", ["Op x heeft ", "Am x schrieb ", "2022/1/1 <@>", ">\n", "From: a\n", "\n", "On \n"])
def test_hostile_history_is_bounded(piece):
    text = "x\n" + piece * (500_000 // len(piece))
    before = time.process_time()
    assert "".join(fold_quote(text)) == text
    assert time.process_time() - before < 15
