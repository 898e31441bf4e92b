"""Records and instants in, snapshots out: point in time, for one project or for all of a firm's."""

import polars as pl

from models.margin_erosion.course import course
from models.margin_erosion.estimate import estimate
from models.margin_erosion.margins import Margins
from models.margin_erosion.months import months
from models.margin_erosion.rest import rest
from models.margin_erosion.settings import MarginErosionSettings
from models.margin_erosion.slips import slips
from models.margin_erosion.snapshot import MarginErosionSnapshot
from models.neighbourhood import Fetch
from models.project_signals import Past, near, signals
from models.records import Records


def build(records: Records, subjects: pl.DataFrame, settings: MarginErosionSettings) -> pl.DataFrame:
    """The snapshots of projects.

    ``subjects`` has ``subject_id``, ``project_id`` and ``as_of``. Returns ``subject_id``, ``as_of`` and the fields of
    `MarginErosionSnapshot`, in the order of ``subjects`` and only for those of which a margin forecast is known:
    without one there is nothing that could erode. With the label ``below_floor`` those at the floor already are left
    out, too.
    """
    past = Past(records)
    frame = subjects.select("subject_id", "as_of").hstack(
        signals(past, subjects.select("project_id", "as_of")).get_columns()
    )
    margins = Margins(past)
    frame = frame.hstack(course(margins, frame)).hstack(rest(past, margins, frame))
    frame = frame.hstack(months(past, frame)).hstack(slips(past, margins, frame)).hstack(estimate(past, frame))
    predicted = pl.col("forecast_margin").is_not_null()
    if settings.label == "below_floor":
        predicted &= pl.col("forecast_margin") > settings.floor_margin
    return frame.filter(predicted).select("subject_id", "as_of", *MarginErosionSnapshot.model_fields)


def neighbourhood(subjects: pl.DataFrame, fetch: Fetch) -> Records:
    """The few records from which `build` makes the same snapshots of ``subjects`` as from all of them."""
    return near(subjects["project_id"].unique().sort().to_list(), fetch)
