"""The law: at ``as_of`` nobody sees what became known later.

`versions` unrolls a table into what was known of each row, and from when until when. Whoever keeps to
``known_at <= as_of < known_until`` cannot see the future, so the rule stands here once and for all tasks.

A worked example. Request RR-1 was opened on 1 March, needed by 20 March; on 5 March the date was moved to 30 March
(`revisions`), on 9 March it was filled. Asked for ``needed_by`` and ``filled_at``, `versions` gives

    known_at  known_until  needed_by  filled_at
    1 March   5 March      20 March   null
    5 March   9 March      30 March   null
    9 March   null         30 March   9 March
"""

from collections.abc import Sequence

import polars as pl

from models.cells import parse
from models.local_time import end_of_day, start_of_day
from models.records import TABLES, Column, Kind, Records, Table, table_of
from models.small_queries import collected

INSTANT = Kind.INSTANT.dtype
ALWAYS = pl.lit(0, dtype=pl.Int64).cast(INSTANT)
"""Rows without a cell that tells from when on they are known are known from the epoch on."""


def zones(records: Records) -> pl.DataFrame:
    """The IANA time zone of each person: ``person_id``, ``timezone`` (null = UTC)."""
    return table_of(records, "people").select("person_id", "timezone").unique("person_id", keep="first")


def known_rows(records: Records, name: str) -> pl.DataFrame:
    """The named table with ``known_at``, the instant from which a row is known (in place of a cell of that name)."""
    table = TABLES[name]
    frame = table_of(records, name)
    zone = zone_of_rows(records, table, frame)
    told = [_known_from(table, source, frame, zone) for source in table.known_from if source != "projects"]
    if "projects" in table.known_from:
        projects = known_rows(records, "projects").select("project_id", "known_at")
        told.append(frame.join(projects, on="project_id", how="left", maintain_order="left")["known_at"])
    return frame.with_columns(known_at=pl.coalesce(*told, ALWAYS))


def zone_of_rows(records: Records, table: Table, frame: pl.DataFrame) -> pl.Series:
    """The zone in which a row's bare days begin and end: that of its person, UTC where it has none."""
    if "timezone" in table.by_name:
        return frame["timezone"]
    if "person_id" in table.by_name:
        return frame.join(zones(records), on="person_id", how="left", maintain_order="left")["timezone"]
    return pl.repeat(None, frame.height, dtype=pl.String, eager=True)


def _known_from(table: Table, source: str, frame: pl.DataFrame, zone: pl.Series) -> pl.Series:
    """From when on ``source`` makes its row known; a day does at its start, a day of work and a rate at its end."""
    cell = frame[source]
    if table.by_name[source].kind is Kind.INSTANT:
        return cell
    if source == "period":
        return end_of_day(cell.dt.month_end().dt.offset_by("10d"), zone)
    if source in {"worked_on", "on"}:
        return end_of_day(cell, zone)
    return start_of_day(cell, zone)


def versions(records: Records, name: str, columns: Sequence[str]) -> pl.DataFrame:
    """What was known of each row of a table, one row a version.

    Returns the key columns, ``columns``, ``known_at`` and ``known_until`` (null = still so), ordered by key and time.
    Happenings are null until they happened; overwritten cells have the value that ``revisions`` knew, else the given.
    """
    table = TABLES[name]
    wanted = [table.by_name[column] for column in columns if column not in {*table.key, "known_at"}]
    first = known_rows(records, name)
    events = _events(records, table, first, wanted)
    if not events:
        return _as_given(table, first, wanted).sort(*table.key, "known_at")
    keyed = first.with_columns(row_key=row_key(table))
    eventful = pl.concat([setting.select("row_key") for setting in events.values()]).unique()
    quiet = _as_given(table, keyed.join(eventful, on="row_key", how="anti"), wanted)
    unrolled = _unroll(table, keyed.join(eventful, on="row_key", how="semi"), wanted, events)
    return pl.concat([quiet, unrolled]).sort(*table.key, "known_at")


def _as_given(table: Table, rows: pl.DataFrame, wanted: Sequence[Column]) -> pl.DataFrame:
    """The only version of rows of which no cell was ever set after they became known: most of a long table."""
    cells = [_given(column).alias(column.name) for column in wanted]
    return rows.select(*table.key, *cells, "known_at", pl.lit(None, dtype=INSTANT).alias("known_until"))


def standing(as_of: str = "as_of") -> pl.Expr:
    """Which of some `versions`, joined to rows with an ``as_of``, are what was known then."""
    still = pl.col("known_until").is_null() | (pl.col("known_until") > pl.col(as_of))
    return (pl.col("known_at") <= pl.col(as_of)) & still


def row_key(table: Table) -> pl.Expr:
    """The key of a row as ``revisions`` writes it: its parts joined by a slash, a null as no text, instants in UTC."""
    return pl.concat_str([_key_part(table.by_name[part]) for part in table.key], separator="/")


def _key_part(column: Column) -> pl.Expr:
    cell = pl.col(column.name)
    text = cell.dt.to_string("%Y-%m-%dT%H:%M:%S%.fZ") if column.kind is Kind.INSTANT else cell.cast(pl.String)
    return text.fill_null("")


def _events(records: Records, table: Table, first: pl.DataFrame, wanted: Sequence[Column]) -> dict[str, pl.DataFrame]:
    """For each wanted column the settings of its cells: ``row_key``, ``at``, ``value``; only columns that have any."""
    revisions = table_of(records, "revisions").filter(pl.col("table") == table.name)
    rows = first.with_columns(row_key=row_key(table), zone=zone_of_rows(records, table, first))
    said_of = set(revisions["column"])
    events = {}
    for column in wanted:
        happens = column.happening and rows[column.name].null_count() < rows.height
        if not (happens or column.name in said_of):
            continue
        settings = _revised(rows, revisions, column) if column.name in said_of else _never_revised(column)
        if column.happening:
            settings = _happenings(rows, settings, column)
        if not settings.is_empty():
            events[column.name] = settings
    return events


def _revised(rows: pl.DataFrame, revisions: pl.DataFrame, column: Column) -> pl.DataFrame:
    """What ``revisions`` set the cells of one column to: ``row_key``, ``at``, ``value``, ``zone``.

    Its text is read as the column's own cells are; what does not parse is null.
    """
    mine = revisions.filter(pl.col("column") == column.name).join(
        rows.select("row_key", "zone"), left_on="key", right_on="row_key", maintain_order="left"
    )
    values = parse(column.kind, mine["value"], mine["zone"]).values
    return mine.select(row_key="key", at="known_at", value=values, zone="zone")


def _never_revised(column: Column) -> pl.DataFrame:
    return pl.DataFrame(schema={"row_key": pl.String, "at": INSTANT, "value": column.dtype, "zone": pl.String})


def _happenings(rows: pl.DataFrame, revised: pl.DataFrame, column: Column) -> pl.DataFrame:
    """When the happenings of one column showed: not before they happened, and not before they were written down.

    The given cell stands until the first revision, a revision until the next one. One that was replaced before it
    happened never shows, and while it waits to happen the cell is null.
    """
    told = pl.coalesce(*(_end(rows[source], rows["zone"]) for source in column.told_by), pl.lit(None, dtype=INSTANT))
    given = rows.select("row_key", at=pl.lit(None, dtype=INSTANT), value=column.name, happened=told)
    if revised.is_empty():
        return given.drop_nulls(["value", "happened"]).select("row_key", at="happened", value="value")
    dated = _end(revised["value"], revised["zone"]) if column.kind in {Kind.INSTANT, Kind.DAY} else revised["at"]
    set_again, all_given = revised.with_columns(happened=dated).lazy(), given.lazy()
    # Most rows of a long table were never revised: they need no sorting.
    once = all_given.join(set_again, on="row_key", how="anti").drop_nulls(["value", "happened"])
    again = all_given.join(set_again, on="row_key", how="semi")
    settings = collected(
        pl.concat([again, set_again.select("row_key", "at", "value", "happened")])
        .sort("row_key", "at", nulls_last=False, maintain_order=True)
        .with_columns(shows=pl.max_horizontal("at", "happened"), until=pl.col("at").shift(-1).over("row_key"))
    )
    waits = pl.col("value").is_null() | (pl.col("shows") > pl.col("at"))
    hidden = (
        settings.lazy()
        .filter(pl.col("at").is_not_null() & waits)
        .select("row_key", "at", value=pl.lit(None, dtype=column.dtype))
    )
    shown = settings.lazy().filter(
        pl.col("value").is_not_null() & (pl.col("shows") < pl.col("until")).fill_null(pl.col("shows").is_not_null())
    )
    shows = [shown.select("row_key", at="shows", value="value"), once.select("row_key", at="happened", value="value")]
    return collected(pl.concat([hidden, *shows]))


def _end(cells: pl.Series, zone: pl.Series) -> pl.Series:
    """The instants of happenings; a bare day is known at its end."""
    return cells if cells.dtype == INSTANT else end_of_day(cells, zone)


def _unroll(
    table: Table, keyed: pl.DataFrame, wanted: Sequence[Column], events: dict[str, pl.DataFrame]
) -> pl.DataFrame:
    """One row for each instant at which any wanted cell of a row was set, with all cells as they stood then."""
    rows = keyed.lazy()
    starts = rows.select("row_key", start="known_at")
    settings = {
        column.name: collected(_settings(column, rows, starts, events[column.name].lazy())).lazy()
        for column in wanted
        if column.name in events
    }
    unrolled = pl.concat([setting.select("row_key", "at") for setting in settings.values()]).unique()
    for name, setting in settings.items():
        unrolled = unrolled.sort("at").join_asof(
            setting.rename({"value": name}), on="at", by="row_key", strategy="backward", check_sortedness=False
        )
    never_set = [_given(column).alias(column.name) for column in wanted if column.name not in events]
    known_until = pl.col("at").shift(-1).over("row_key")
    return collected(
        unrolled.sort("row_key", "at")
        .select("row_key", *settings, known_at="at", known_until=known_until)
        .join(rows.select("row_key", *table.key, *never_set), on="row_key", how="left")
        .select(*table.key, *(column.name for column in wanted), "known_at", "known_until")
    )


def _given(column: Column) -> pl.Expr:
    """A cell as long as nothing sets it: nothing has happened, and of the rest what is given stands."""
    return pl.lit(None, dtype=column.dtype) if column.happening else pl.col(column.name)


def _settings(column: Column, rows: pl.LazyFrame, starts: pl.LazyFrame, events: pl.LazyFrame) -> pl.LazyFrame:
    """All that a column's cells were set to, by ``at``; what was set before a row was known counts from then."""
    first = rows.select("row_key", at="known_at", value=_given(column))
    later = events.join(starts, on="row_key", maintain_order="left").sort("at", maintain_order=True)
    setting = pl.concat([first, later.select("row_key", at=pl.max_horizontal("at", "start"), value="value")])
    return setting.unique(["row_key", "at"], keep="last", maintain_order=True).sort("at", maintain_order=True)
