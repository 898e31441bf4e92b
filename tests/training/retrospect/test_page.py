"""The page that a director reads, made of the firm in fixtures/."""

import re
from dataclasses import replace

import pytest

from training.retrospect.files import write
from training.retrospect.page import first_screen, page
from training.retrospect.run import document
from training.retrospect.stories import stories
from training.retrospect.words import amount, cell, listed, money, share, table

PERSON = re.compile(r"p-\d\d")


def test_the_first_screen_tells_how_many_how_early_and_what_the_rule_would_have_said(looked_back):
    text = page(looked_back)
    assert text.startswith("# What Bellwether would have said\n\nFrom 1 August 2025 to 31 October 2025.")
    told = looked_back.looked[0].tally
    assert told.predictor.caught > told.rule.caught > 0
    first = " ".join(text[:2500].split())
    for words in (
        f"**Missing time.** {told.troubles} troubles came in",
        f"flagged **{told.predictor.caught}** of them, in the median",
        f"would have flagged {told.rule.caught}",
        f"{told.predictor.false_alarms} of {told.predictor.flags} flags",
    ):
        assert words in first
    assert first_screen(looked_back) in text


def test_no_page_and_no_document_names_a_person_of_a_task_about_persons(looked_back):
    only = replace(looked_back, looked=looked_back.looked[:1])
    assert only.looked[0].task.person_level
    assert only.looked[0].stories is None
    assert not PERSON.search(page(only))
    assert not PERSON.search(str(document(only)))
    with pytest.raises(ValueError, match="is about persons"):
        stories(only.looked[0].walk, {}, only.looked[0].cases)


def test_the_most_expensive_requests_are_told_with_reasons_and_what_happened(looked_back):
    staffing = looked_back.looked[1]
    told = staffing.stories.expensive
    assert len(told) == staffing.tally.troubles > 0
    known = [one.money for one in told if one.money is not None]
    assert known == sorted(known, reverse=True)
    assert [one.money for one in told[len(known) :]] == [None] * (len(told) - len(known)), (
        "what is not known comes last"
    )
    assert all(one.came and one.said_at < one.resolved_at for one in told)
    text = page(looked_back)
    for one in told:
        assert f"| {cell(f'{one.subject_id}, {one.named}')} | {money(one.money, one.currency)} |" in text
        assert all(cell(reason) in text for reason in one.why)


def test_what_tells_little_is_said(looked_back):
    text = page(looked_back)
    troubles = looked_back.looked[1].tally.troubles
    assert troubles < 30
    assert f"Staffing risk: {troubles} troubles tell little" in text
    empty = replace(looked_back, looked=[], skipped={"missing_time": "0 rows"}, missing_tables=["invoices", "sows"])
    assert "**Nothing could be looked back on:**" in page(empty)
    assert "- Missing time: 0 rows." in page(empty)
    assert "The records have no invoices and sows" in page(empty)


def test_page_and_pictures_lie_beside_each_other(looked_back, tmp_path):
    write(looked_back, tmp_path / "out")
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", (tmp_path / "out" / "retrospect.md").read_text())
    assert len(pictures) == 4
    assert {file.name for file in (tmp_path / "out").iterdir()} == {*pictures, "retrospect.md"}


def test_every_row_of_a_table_has_as_many_cells_as_its_head(looked_back):
    for block in re.findall(r"(?:^\|.*\n?)+", page(looked_back), re.MULTILINE):
        cells = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(cells) == 1, block


WORDS = [
    (amount(None), ""), (amount(5.5), "5.5"), (amount(12.4), "12"), (amount(3.0), "3"),
    (money(1234.4, "GBP"), "1,234 GBP"), (money(None, "GBP"), "not known"), (money(5.0, None), "5"),
    (share(1, 4), "(25%)"), (share(0, 0), ""),
    (listed([]), ""), (listed(["a"]), "a"), (listed(["a", "b"]), "a and b"), (listed(["a", "b", "c"]), "a, b and c"),
    (cell("a | b\n*c*"), r"a \| b \*c\*"), (cell("<img src=x>"), "&lt;img src=x&gt;"), (cell("[x](y)"), r"\[x\](y)"),
    (table(["a", "b"], [["1", "2"]]), "| a | b |\n| --- | --- |\n| 1 | 2 |"),
]  # fmt: skip


@pytest.mark.parametrize(("found", "expected"), WORDS, ids=[f"{number}" for number in range(len(WORDS))])
def test_words(found, expected):
    assert found == expected
