"""Event logs in XES: a row an event, whatever tool wrote them, and nothing that a hostile one could do."""

import gzip

import polars as pl
import pytest

from models.approval_summary import summarise
from models.reading import read_folder
from tests.training.importing.test_shipped_mappings import MAPPINGS, imported, report
from tests.training.importing.test_sources import loaded
from training.importing.problems import SourceRefused
from training.importing.xes import NotXes, read_xes

LOG = """<?xml version="1.0"?>
<log xmlns="http://www.xes-standard.org/"><string key="concept:name" value="all"/>
<global scope="event"><string key="x" value="y"/></global>
<trace><string key="concept:name" value="one"/><list key="l"><values><string key="in" value="1"/></values></list>
<event><string key="concept:name" value="a &amp; b"/><date key="time:timestamp" value="2026-03-02T09:00:00+01:00"/>
<string key="org:role" value=""/><int key="n" value="3"><string key="nested" value="q"/></int></event>
<event><string key="concept:name" value="c"/></event></trace>
<trace/><trace><string key="concept:name" value="two"/><event><boolean key="b" value="true"/></event></trace></log>"""
ROWS = [
    {"case:concept:name": "one", "concept:name": "a & b", "time:timestamp": "2026-03-02T09:00:00+01:00", "n": "3",
     "event:number": "1", "b": None},
    {"case:concept:name": "one", "concept:name": "c", "time:timestamp": None, "n": None,
     "event:number": "2", "b": None},
    {"case:concept:name": "two", "concept:name": None, "time:timestamp": None, "n": None,
     "event:number": "1", "b": "true"},
]  # fmt: skip


@pytest.mark.parametrize("namespace", [' xmlns="http://www.xes-standard.org/"', ""])
@pytest.mark.parametrize("packed", [False, True])
def test_each_event_is_a_row_with_what_its_trace_says_before_it(tmp_path, namespace, packed):
    text = LOG.replace(' xmlns="http://www.xes-standard.org/"', namespace).encode()
    (tmp_path / ("a.xes.gz" if packed else "a.xes")).write_bytes(gzip.compress(text) if packed else text)
    found = loaded(tmp_path, file="a.xes*")
    assert {name: dtype == pl.String for name, dtype in found.schema.items()} == dict.fromkeys(ROWS[0], True)
    assert sorted(found.to_dicts(), key=lambda row: (row["case:concept:name"], row["event:number"])) == ROWS


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE = {
    "entities": f'<!DOCTYPE log [<!ENTITY l0 "ha">{LAUGHS}]><log><trace><string key="k" value="&l9;"/></trace></log>',
    "a file": '<!DOCTYPE log [<!ENTITY f SYSTEM "file:///etc/passwd">]><log><trace>&f;</trace></log>',
    "a document type": '<!DOCTYPE log SYSTEM "http://127.0.0.1:1/x.dtd"><log><trace/></log>',
    "no log": "<html><trace/></html>",
    "no trace and no log": "<html/>",
    "half a log": LOG[: len(LOG) // 2],
    "no XML": "concept:name,case\na,b\n",
    "nothing": "",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_log_or_could_do_harm_is_refused_in_a_sentence(tmp_path, name):
    (tmp_path / "a.xes").write_text(HOSTILE[name])
    with pytest.raises(NotXes, match="expected"):
        read_xes(tmp_path / "a.xes")
    with pytest.raises(SourceRefused, match=r"a\.xes: expected"):
        loaded(tmp_path, file="a.xes")


def test_a_cut_archive_is_refused(tmp_path):
    (tmp_path / "a.xes.gz").write_bytes(gzip.compress(LOG.encode())[:-20])
    with pytest.raises(NotXes):
        read_xes(tmp_path / "a.xes.gz")


def test_travel_approvals_are_opened_decided_and_held_against_their_permit(tmp_path):
    tables = imported("travel_approvals", MAPPINGS / "samples" / "travel_approvals", tmp_path / "records")
    assert report(tmp_path / "records")["ok"]
    told = tables["approvals"].select(
        "approval_id", "kind", "project_id", "amount", pl.col("opened_at").cast(pl.String).str.slice(0, 16),
        pl.col("closed_at").cast(pl.String).str.slice(0, 16), "outcome",
    )  # fmt: skip
    assert told.rows() == [
        ("declaration 1", "international declaration", "travel permit 1", 412.5, "2026-02-12 10:00", "2026-02-17 07:15",
         "approved"),
        ("declaration 2", "international declaration", "travel permit 2", None, "2026-03-04 08:00", "2026-03-06 08:00",
         "rejected"),
        ("declaration 3", "international declaration", None, 77.25, "2026-03-09 08:00", None, None),
        ("request for payment 4", "prepaid travel cost", "travel permit 1", 130.0, "2026-02-04 08:00",
         "2026-02-05 09:00", "approved"),
    ]  # fmt: skip
    assert tables["approval_events"]["approver_role"].drop_nulls().unique().sort().to_list() == [
        "administration", "budget_owner", "supervisor",
    ]  # fmt: skip
    records = read_folder(tmp_path / "records").records
    at = tables["approvals"]["closed_at"][0]
    texts = [each.text for each in summarise(records, "declaration 1", at, "pmo").sentences]
    assert texts[2] == (
        "There is a record of 1 rejection or return, the latest of them by administration on 12 February 2026."
    )
    assert texts[3].startswith("In terms of money it is EUR 42.50 more than is left of the project budget")
