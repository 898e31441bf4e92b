"""How early, on subjects of March 2026 with probabilities at several instants."""

import numpy as np
import polars as pl
import pytest

from training.lead_time import LeadTime, lead_time

A, B, C = "a", "b", "c"
TABLE = [
    ("never high", [(A, 1, 8, True, 0.4)], LeadTime(None, None, 0)),
    ("no rows", [], LeadTime(None, None, 0)),
    ("high at the limit", [(A, 1, 8, True, 0.5)], LeadTime(7.0, 1.0, 1)),
    ("the first high counts", [(A, 1, 8, True, 0.1), (A, 3, 8, True, 0.9), (A, 6, 8, True, 0.9)],
     LeadTime(5.0, 1.0, 1)),
    ("a false alarm has no lead, and costs precision", [(A, 1, 8, False, 0.9)], LeadTime(None, 0.0, 1)),
    ("the median of those that came", [(A, 1, 8, True, 0.9), (B, 6, 8, True, 0.6), (C, 2, 8, False, 0.7)],
     LeadTime(4.5, 2 / 3, 3)),
    ("one subject counts once", [(A, 1, 8, True, 0.9), (A, 2, 8, True, 0.9), (B, 7, 8, True, 0.9)],
     LeadTime(4.0, 1.0, 2)),
    ("half days are kept", [(A, 1, 8.5, True, 0.9)], LeadTime(7.5, 1.0, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), [case[1:] for case in TABLE], ids=[case[0] for case in TABLE])
def test_lead_time(rows, given, expected):
    frame = rows(*(row[:4] for row in given)).frame
    chances = {row[:2]: row[4] for row in given}
    order = [(subject, as_of.day) for subject, as_of in frame.select("subject_id", "as_of").iter_rows()]
    assert lead_time(frame, np.array([chances[key] for key in order], dtype=float), 0.5) == expected


def test_rows_need_not_be_in_order_of_time(rows):
    frame = rows((A, 1, 8, True), (A, 6, 8, True)).frame
    assert lead_time(frame.reverse(), np.array([0.9, 0.9]), 0.5) == lead_time(frame, np.array([0.9, 0.9]), 0.5)
    assert isinstance(frame, pl.DataFrame)
