"""The hash of records is of what they say, and of nothing else."""

import datetime as dt

import polars as pl

from models.records import TABLES
from service.store.copy_text import content_hash

DAYS = pl.DataFrame({"region": ["DE", "FR"], "on": [dt.date(2026, 1, 1), dt.date(2026, 7, 14)]})


def test_the_order_of_rows_columns_and_tables_does_not_change_the_hash():
    fx = TABLES["fx_rates"].empty()
    assert content_hash({"holidays": DAYS, "fx_rates": fx}) == content_hash(
        {"fx_rates": fx, "holidays": DAYS.reverse().select("on", "region")}
    )


def test_an_empty_table_is_as_good_as_none():
    assert content_hash({"holidays": DAYS.clear()}) == content_hash({})


def test_each_cell_changes_the_hash():
    changed = [
        DAYS.with_columns(pl.lit("XX").alias("region")),
        DAYS.head(1),
        DAYS.with_columns(pl.col("on").dt.offset_by("1d")),
    ]
    assert len({content_hash({"holidays": frame}) for frame in [DAYS, *changed]}) == 4


def test_a_null_is_not_an_empty_text_nor_the_sign_for_null():
    people = [
        pl.DataFrame({"person_id": ["P"], "job_role": ["a"], "grade": [grade]}, schema_overrides={"grade": pl.String})
        for grade in (None, "", "\\N")
    ]
    frames = [
        frame.with_columns(pl.lit(None, column.dtype).alias(column.name) for column in TABLES["people"].columns[3:])
        for frame in people
    ]
    assert len({content_hash({"people": frame}) for frame in frames}) == 3
