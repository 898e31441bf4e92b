"""An event log in XES (IEEE 1849) as a frame: one row an event, every cell text.

A column holds the attribute of that key of the events; one with ``case:`` before its key that of the trace, such as
``case:concept:name``. ``event:number`` counts the events of a trace from 1, in the file's order: logs have several
events of one instant. Attributes within attributes are left out. A file is read as a stream, packed or not, by a parser
that expands no entity and opens no connection; one with a document type is refused, for XES has none.
"""

import gzip
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

import polars as pl
from lxml import etree

CASE, NUMBER = "case:", "event:number"
_ROWS_A_FRAME = 20_000


class NotXes(Exception):
    """The file is no XES, or is damaged; the message says what was expected."""


def read_xes(path: Path) -> pl.DataFrame:
    """All events of a log. Raises NotXes."""
    frames, rows = [], []
    try:
        with _opened(path) as file:
            for row in _events(file):
                rows.append(row)
                if len(rows) == _ROWS_A_FRAME:
                    frames.append(_frame(rows))
                    rows = []
    except (etree.LxmlError, OSError, EOFError) as problem:
        raise NotXes("expected an event log in XES, whole and well formed") from problem
    frames.append(_frame(rows))
    return pl.concat(frames, how="diagonal")


def _opened(path: Path) -> AbstractContextManager[IO[bytes]]:
    if path.suffix == ".gz":
        return gzip.open(path, "rb")  # type: ignore[return-value]  # it reads bytes as any other does
    return path.open("rb")


def _events(file: IO[bytes]) -> Iterator[dict[str, str]]:
    parsed = etree.iterparse(
        file, tag="{*}trace", load_dtd=False, no_network=True, resolve_entities=False, huge_tree=False
    )
    checked = False
    for _, trace in parsed:
        if not checked:
            _check(trace.getroottree().getroot())
            checked = True
        yield from _of_trace(trace)
        trace.clear()
        while trace.getprevious() is not None:
            del trace.getparent()[0]
    if not checked:
        _check(parsed.root)


def _check(root: etree._Element) -> None:
    if root.getroottree().docinfo.doctype:
        raise NotXes("expected no document type (<!DOCTYPE …>): XES has none")
    if etree.QName(root).localname != "log":
        raise NotXes("expected an event log in XES: a document whose outermost element is log")


def _of_trace(trace: etree._Element) -> Iterator[dict[str, str]]:
    of_case = {f"{CASE}{key}": value for key, value in _attributes(trace).items()}
    events = (child for child in trace.iterchildren("{*}event"))
    for number, event in enumerate(events, start=1):
        yield {**of_case, **_attributes(event), NUMBER: str(number)}


def _attributes(element: etree._Element) -> dict[str, str]:
    return {
        child.get("key"): child.get("value")
        for child in element.iterchildren(etree.Element)
        if child.get("key") and child.get("value")
    }


def _frame(rows: list[dict[str, str]]) -> pl.DataFrame:
    columns = {name: pl.String for row in rows for name in row} or {NUMBER: pl.String}
    return pl.DataFrame(rows, schema=columns)
