"""Whatever is done to the table is found, and the row named."""

import pytest

from tests.ledger.tampering import TAMPERINGS, grown, rows_a_second, tampered

ROWS = 60


@pytest.fixture
def chain(engine, home):
    return grown(engine, home, ROWS)


def test_each_tampering_is_found_and_the_right_row_named(chain):
    found = list(tampered(chain))
    assert len(found) == 4 * len(TAMPERINGS)
    assert [each for each in found if each.got != each.expected] == []


def test_the_chain_is_as_before_when_all_was_taken_back(chain):
    list(tampered(chain))
    assert rows_a_second(chain) > 0
