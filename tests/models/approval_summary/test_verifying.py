"""What somebody else wrote is told only where it is slots and words that claim nothing."""

import pytest

from models.approval_summary import findings
from models.approval_summary.sentences import filled
from models.approval_summary.verifying import wrong
from models.sensitivity import Sensitivity
from tests.models.approval_summary.approvals import NOW, records, similar

SAID = findings(records(others=similar(40)), "A", NOW)
EVERYTHING = SAID.must_tell(frozenset(Sensitivity))
SLOT = {item.kind: f"{{{item.id}.{slot}}}" for item in SAID.evidence for slot in item.slots}
WHOLE = (
    f"This is {SLOT['request']}, {SLOT['amount']} {SLOT['request_project']}; it is {SLOT['state']}, {SLOT['waiting']}.",
    f"There is a record of {SLOT['sent_back']}, with {SLOT['asked_for']}.",
    f"In addition, it is {SLOT['above_budget']}.",
)
ONE = f"It is {SLOT['state']}"


def mistakes(sentence):
    """What is wrong with one sentence beside the whole of what has to be told."""
    return wrong([*WHOLE, sentence], SAID.evidence, EVERYTHING)


def test_slots_with_joining_words_are_told_with_their_phrases():
    assert wrong(WHOLE, SAID.evidence, EVERYTHING) == []
    told = filled(WHOLE[2], SAID.evidence)
    assert told.text == "In addition, it is EUR 200.00 more than is left of the project budget."
    assert told.cites == (SLOT["above_budget"][1:].split(".")[0],)


PLANTED = [
    "{} for 7 days.", "{} for seven days.", "{} on the third day.", "{} on 3 May.", "{} since march.", "{} for rita.",
    "{} with the director.", "{} by the requester.", "{} and approved.", "{} and rejected.", "{} and not {}.",
    "{}, so it should be paid.", "{} only.", "{} because of {}.", "{} before {}.", "{} and ap-19.", "{} in Ⅶ days.",
    "{} at 50%.", "{} for €.", "{} in ٣ days.", "{}x.", "un{}.", "{}-free.", "{} and n\u043ete.", "{} https://x.example.",
    "{E99.amount}.", "{E1.nothing}.", "{}{", "It is open.", "{} no.", "{} NOT.", "{}\u202e.", "{} n\u200bot.",
    "{} is it?", "{} below {}.", "{} " + "and " * 13 + ".",
]  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED)
def test_anything_of_its_own_is_refused(planted):
    assert mistakes(planted.replace("{}", SLOT["state"], 2) if "{}" in planted else planted)


def test_what_is_left_out_or_hidden_from_the_reader_is_noticed():
    assert "something that has to be told is not" in wrong(WHOLE[:2], SAID.evidence, EVERYTHING)
    assert wrong([], SAID.evidence, EVERYTHING)
    assert wrong([ONE + "."] * 7, SAID.evidence, [])
    visible = SAID.visible(frozenset(Sensitivity) - {Sensitivity.MARGIN})
    assert wrong([WHOLE[2]], visible, [])
