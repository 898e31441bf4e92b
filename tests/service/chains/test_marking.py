"""A document is data: what nobody sees is taken out, and a marker of its own stands between its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.chains.marking import mark, visible


@pytest.mark.parametrize(
    ("text", "shown", "hidden"),
    [
        ("plain text\n\tand more", "plain text\n\tand more", 0),
        ("Café für Größe — 5 €", "Café für Größe — 5 €", 0),
        ("one\r\ntwo\rthree\ffour", "one\ntwo\nthree\nfour", 0),
        ("zero\u200bwidth\u200d\u2060", "zerowidth", 3),
        ("\u202eturned\u202c \u2066round\u2069", "turned round", 4),
        ("tags\U000e0041\U000e0042\U000e007f", "tags", 3),
        ("soft\u00adhyphen \ufeffmark", "softhyphen mark", 2),
        ("select\ufe0f\U000e0100", "select", 2),
        ("private\ue000\U000f0000", "private", 2),
        ("fillers\u3164\u2800\u115f\u034f", "fillers", 4),
        ("controls\x00\x1b[31m\x7f\x85", "controls[31m", 4),
    ],
)
def test_invisible_characters_are_taken_out_and_counted(text, shown, hidden):
    assert visible(text) == (shown, hidden)


@given(st.text(max_size=300))
def test_a_marked_document_reads_as_its_visible_text_and_holds_no_space_of_its_own(text):
    marked = mark(text)
    shown, hidden = visible(text)
    assert marked.unmarked(marked.text) == shown
    assert marked.hidden == hidden
    assert " " not in marked.text
    assert marked.text.count("\n") == shown.count("\n"), "a line stays a line, and its number"
    assert marked.marker not in shown


def test_the_marker_cannot_be_foreseen():
    assert len({mark("the same document").marker for _ in range(50)}) > 25
