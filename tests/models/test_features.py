"""Snapshots as the matrix that a predictor reads."""

from typing import Annotated

import numpy as np
import polars as pl
import pytest
from pydantic import BaseModel, Field

from models.features import FEW, RAREST, Features, units
from models.missing_time.snapshot import NO_FEATURES, MissingTimeSnapshot

Word = Annotated[str | None, Field(json_schema_extra={"unit": "category"})]


class Toy(BaseModel):
    hours: Annotated[float | None, Field(json_schema_extra={"unit": "hours"})]
    region: Word
    grade: Word
    always: int = 1
    rate: float | None = None


def toy(**columns) -> pl.DataFrame:
    rows = 3 * RAREST
    plain = {"hours": range(rows), "region": ["GB", "US", None] * RAREST, "grade": ["G1"] * rows, "always": [1] * rows}
    return pl.DataFrame(plain | {"rate": range(rows)} | columns, strict=False)


LEARNT = Features.learn(Toy, {"rate"}, toy())


def test_every_field_of_the_contract_has_a_unit():
    assert all(units(MissingTimeSnapshot).values())


def test_fields_that_never_vary_and_fields_that_are_no_features_are_left_out():
    found = Features.learn(Toy, {"rate"}, toy())
    assert found == Features(("hours", "region"), {"region": ("GB", "US")})
    assert found.categorical == [1]


def test_a_field_that_is_always_null_is_left_out():
    assert Features.learn(Toy, {"rate"}, toy(hours=[None] * 60)).names == ("region",)


def test_a_rare_category_is_read_as_unknown_and_a_field_of_rare_ones_only_is_left_out():
    regions = ["GB"] * RAREST + ["US"] * (RAREST - 1) + [None] * (RAREST + 1)
    grades = [f"G{number}" for number in range(3 * RAREST)]
    learnt = Features.learn(Toy, {"rate"}, toy(region=regions, grade=grades))
    assert learnt.categories == {"region": ("GB",)}


def test_null_and_unknown_categories_are_nan():
    frame = pl.DataFrame({"region": ["US", "GB", None, "FR", ""], "hours": [None, 1, 2, 3, 4]})
    expected = [[np.nan, 1], [1, 0], [2, np.nan], [3, np.nan], [4, np.nan]]
    assert np.array_equal(LEARNT.matrix(frame), expected, equal_nan=True)


@pytest.mark.parametrize("rows", [1, 2, FEW, FEW + 1])
def test_few_rows_are_read_cell_by_cell_and_come_to_the_same_numbers(predictor, snapshots, rows):
    features, some = predictor.features, snapshots.sample(2 * FEW, seed=4)
    together = features.matrix(some)
    assert features.matrix(some.head(rows)).tobytes() == together[:rows].tobytes()
    assert features.matrix_of(some.head(rows).rows(named=True)).tobytes() == together[:rows].tobytes()


def test_few_rows_with_words_that_are_no_text_are_read_by_column():
    frame = pl.DataFrame({"region": ["US", "GB"], "hours": [1, 2]}, schema_overrides={"region": pl.Categorical})
    assert LEARNT.matrix(frame).tolist() == [[1, 1], [2, 0]]
    assert LEARNT.matrix(pl.DataFrame({"region": [5], "hours": [True]})).tolist()[0][0] == 1


def test_columns_of_nulls_only_are_read_whatever_their_type():
    frame = pl.DataFrame({"hours": [None, None], "region": [None, None]})
    assert np.isnan(LEARNT.matrix(frame)).all()


def test_without_rows_or_features_the_matrix_keeps_its_shape():
    assert LEARNT.matrix(toy().head(0)).shape == (0, 2)
    assert Features((), {}).matrix(toy()).shape == (60, 0)


def test_money_and_projects_are_no_features_of_a_firm(predictor):
    assert not NO_FEATURES & set(predictor.features.names)
    assert {"known_hours", "missed_share_5", "practice"} <= set(predictor.features.names)
