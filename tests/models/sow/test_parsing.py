"""Which files are read and how, and why the others are not."""

import pytest

from models.sow.parsing import document as apart
from models.sow.parsing.child import pages_of
from models.sow.parsing.document import document_of_file
from models.sow.parsing.refusals import LARGEST_FILE, MOST_PAGES, SENTENCES, DocumentRefused, Why
from tests.models.sow.files import encrypted_pdf, pdf, with_part, word

WORD = word("Client: Alder Ltd", "Text", rows=[["Role", "Rate"], ["Tester", "EUR 90 per hour"]])
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><w>&b;</w>'
DEEP = b"<a>" * 20_000 + b"</a>" * 20_000

REFUSED = {
    "a picture of text": (pdf([], [], picture=True), Why.SCANNED),
    "an empty PDF": (pdf([]), Why.NO_TEXT),
    "an encrypted PDF": (encrypted_pdf(), Why.ENCRYPTED),
    "half a PDF": (pdf(["text"])[:200], Why.CORRUPT),
    "a PDF of too many pages": (pdf(*[["page"]] * (MOST_PAGES + 1)), Why.TOO_MANY_PAGES),
    "an old Word file, or an encrypted one": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), Why.ENCRYPTED),
    "half a Word file": (WORD[: len(WORD) // 2], Why.CORRUPT),
    "a Word file with macros": (with_part(WORD, "word/vbaProject.bin", b"macro"), Why.MACROS),
    "a Word file with entities": (with_part(WORD, "word/document.xml", LAUGHS, instead=True), Why.HOSTILE_XML),
    "a Word file with entities in UTF-16": (
        with_part(WORD, "word/styles.xml", LAUGHS.decode().encode("utf-16"), instead=True), Why.HOSTILE_XML,
    ),
    "a Word file that nests deep": (with_part(WORD, "word/document.xml", DEEP, instead=True), Why.CORRUPT),
    "a zip bomb": (with_part(WORD, "word/media/big.xml", bytes(30_000_000)), Why.EXPANDS_TOO_MUCH),
    "no archive at all": (b"PK\x03\x04rest", Why.CORRUPT),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0", Why.UNKNOWN_TYPE),
    "text that is not UTF-8": ("Vergütung".encode("latin-1"), Why.NO_UTF8),
    "nothing": (b" \n ", Why.NO_TEXT),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_is_not_read_says_why(what):
    content, why = REFUSED[what]
    with pytest.raises(DocumentRefused) as refused:
        pages_of(content)
    assert (refused.value.why, str(refused.value)) == (why, SENTENCES[why])


def test_a_pdf_keeps_its_pages_and_lines_and_is_read_by_another_process():
    document = document_of_file(pdf(["Client: Alder Ltd", "Second"], ["Third"]))
    assert [(line.page, line.number, line.text) for line in document.lines] == [
        (1, 1, "Client: Alder Ltd"), (1, 2, "Second"), (2, 1, "Third"),
    ]  # fmt: skip


def test_a_word_file_keeps_rows_together_and_leaves_out_what_nobody_sees():
    document = document_of_file(word("One", "Two", rows=[["Role", "Rate"]], hidden=["marked", "white", "tiny"]))
    assert [line.text for line in document.lines] == ["One", "Two", "Seen", "Seen", "Seen", "| Role | Rate"]
    assert document.hidden == len("unseen marked") + len("unseen white") + len("unseen tiny")


def test_text_begins_a_page_at_a_form_feed_and_is_read_without_a_process(monkeypatch):
    monkeypatch.setattr(apart, "_apart", None)
    document = document_of_file("\ufeffOne\n\nTwo\fThree".encode())
    assert [(line.page, line.number) for line in document.lines] == [(1, 1), (1, 3), (2, 1)]
    with pytest.raises(DocumentRefused) as refused:
        document_of_file(bytes(LARGEST_FILE + 1))
    assert refused.value.why is Why.TOO_LARGE


@pytest.mark.parametrize(("end", "why"), [("os.kill(os.getpid(), 9)", Why.TOO_SLOW), ("sys.exit(3)", Why.CORRUPT)])
def test_a_process_that_does_not_come_back_is_a_refusal(monkeypatch, end, why):
    run = apart.subprocess.run

    def dies(command, **options):
        return run([command[0], "-c", f"import os, sys; {end}"], **options)

    monkeypatch.setattr(apart.subprocess, "run", dies)
    with pytest.raises(DocumentRefused) as refused:
        document_of_file(b"%PDF-1.4")
    assert refused.value.why is why


def test_the_process_is_told_nothing_of_this_one(monkeypatch):
    monkeypatch.setenv("BELLWETHER_KEY", "secret")
    assert "BELLWETHER_KEY" not in apart._environment()
