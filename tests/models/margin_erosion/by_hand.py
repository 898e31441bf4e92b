"""What the forecasts of a snapshot tell, worked out slowly and plainly: what `history.build` must agree with."""

import datetime as dt
from fractions import Fraction
from itertools import pairwise

from tests.models.future import Row, Tables, key_of, known_at

DAY = dt.timedelta(days=1)


def cells_at(tables: Tables, name: str, cells: Row, as_of: dt.datetime) -> Row:
    """A row as it was known: each cell has the value that was last said of it by then, else the given one."""
    now = dict(cells)
    for line in sorted(tables["revisions"], key=lambda line: line["known_at"]):
        if line["table"] == name and line["key"] == key_of(name, cells) and line["known_at"] <= as_of:
            value = line["value"]
            now[line["column"]] = _read(line["column"], value)
    return now


def _read(column: str, text: str | None) -> object:
    if text is None or column in {"client_id", "manager_id"}:
        return text
    return dt.date.fromisoformat(text) if column.endswith("_on") else float(text)


def rows_at(tables: Tables, name: str, project_id: str, as_of: dt.datetime) -> list[Row]:
    """The rows of a project's table that were known at an instant."""
    return [
        cells_at(tables, name, cells, as_of)
        for cells in tables[name]
        if cells["project_id"] == project_id and known_at(tables, name, cells) <= as_of
    ]


def cents(amount: object) -> int:
    return round(float(amount) * 100) if amount is not None else 0


def contracted(tables: Tables, project_id: str, as_of: dt.datetime) -> int | None:
    """Contract value and accepted changes, in cents."""
    (project,) = rows_at(tables, "projects", project_id, as_of) or [{"contract_value": None}]
    if project["contract_value"] is None:
        return None
    changes = rows_at(tables, "change_requests", project_id, as_of)
    decided = [change for change in changes if change["decided_at"] is not None and change["decided_at"] <= as_of]
    return cents(project["contract_value"]) + sum(cents(change["value"]) for change in decided if change["accepted"])


def forecast_at(tables: Tables, forecast: Row, as_of: dt.datetime) -> tuple[int, int | None, Fraction | None]:
    """Cost and revenue in cents, and margin of one forecast as known at an instant."""
    now = cells_at(tables, "forecasts", forecast, as_of)
    key = key_of("forecasts", forecast)
    said = [
        line["known_at"] for line in tables["revisions"]
        if (line["table"], line["key"]) == ("forecasts", key) and line["known_at"] <= as_of
    ]  # fmt: skip
    since = max([forecast["made_at"], *said])
    cost, revenue = cents(now["cost_at_completion"]), now["revenue_at_completion"]
    worth = cents(revenue) if revenue is not None else contracted(tables, forecast["project_id"], since)
    return cost, worth, None if worth is None or worth <= 0 else _bounded(1 - Fraction(cost, worth))


def by_hand(tables: Tables, project_id: str, as_of: dt.datetime) -> dict[str, object] | None:
    """The fields of one project, or None where no margin forecast is known."""
    made = [cells for cells in tables["forecasts"] if cells["project_id"] == project_id and cells["made_at"] <= as_of]
    made.sort(key=lambda cells: cells["made_at"])
    if not made:
        return None
    cost, revenue, margin = forecast_at(tables, made[-1], as_of)
    if margin is None:
        return None
    first_said = [forecast_at(tables, cells, cells["made_at"]) for cells in made]
    margins = [said[2] for said in first_said]
    pairs = list(pairwise(margins))
    fallen = [None not in pair and (pair[0] - pair[1]) * 100 > Fraction(1, 2) for pair in pairs]
    span = made[-1]["made_at"] - made[0]["made_at"]
    actuals = rows_at(tables, "actuals", project_id, as_of)
    spent = sum(cents(month["cost"]) for month in actuals)
    earned = sum(cents(month["revenue_recognised"]) for month in actuals)
    invoiced = sum(cents(invoice["amount"]) for invoice in rows_at(tables, "invoices", project_id, as_of))
    worth = contracted(tables, project_id, as_of)
    full = [month for month in actuals if None not in (month["cost"], month["revenue_recognised"])]
    last = max(full, key=lambda month: month["period"], default=None)
    last_month = margin_of(last["cost"], last["revenue_recognised"]) if last else None
    came = months_as_they_came(tables, project_id, as_of)
    before = came[-2][2] if len(came) > 1 else None
    moves = _due_moves(tables, project_id, as_of)
    return {
        "forecast_margin": margin,
        "forecast_count": len(made),
        "forecast_margin_change_2": _less(margin, margins[-3] if len(made) > 2 else None),
        "forecast_margin_change_3": _less(margin, margins[-4] if len(made) > 3 else None),
        "forecast_below_best": _less(max([margin, *(said for said in margins if said is not None)]), margin),
        "forecasts_fallen_share": Fraction(sum(fallen), len(fallen)) if fallen else None,
        "forecast_interval_days": Fraction(span // dt.timedelta(microseconds=1), 86_400_000_000 * len(pairs))
        if pairs
        else None,
        "forecast_cost_growth": Fraction(cost, first_said[0][0]) - 1 if first_said[0][0] > 0 else None,
        "margin_last_month": last_month,
        "forecast_above_last_month": _less(margin, last_month),
        "margin_month_before": before,
        "forecast_above_month_before": _less(margin, before),
        "margin_lately": _lately(came),
        "forecasts_above_months": _above_months(tables, project_id, came),
        "milestones_moved_84": len(moves),
        "milestones_moved_days_84": sum(moves),
        "forecast_end_moved_84": _end_moves(tables, made, as_of),
        "rest_margin": _bounded(1 - Fraction(cost - spent, revenue - earned)) if revenue > earned else None,
        "uncontracted_share": None if worth is None else _bounded(1 - Fraction(worth, revenue)),
        "invoiced_share": _bounded(Fraction(invoiced, revenue)),
        "unbilled_share": _bounded(Fraction(earned - invoiced, revenue)),
        "days_to_quarter_end": (_quarter_end(as_of.date()) - as_of.date()).days,
    }


def margin_of(cost: object, revenue: object) -> Fraction | None:
    return _bounded(1 - Fraction(cents(cost), cents(revenue))) if cents(revenue) > 0 else None


def months_as_they_came(
    tables: Tables, project_id: str, as_of: dt.datetime
) -> list[tuple[dt.datetime, Row, Fraction | None]]:
    """Each month as it was first known with cost and revenue: when, its cells, its margin; in the order they came."""
    came = []
    for month in (cells for cells in tables["actuals"] if cells["project_id"] == project_id):
        since, key = known_at(tables, "actuals", month), key_of("actuals", month)
        said = {line["known_at"] for line in tables["revisions"] if (line["table"], line["key"]) == ("actuals", key)}
        for instant in sorted({since, *(known for known in said if known > since)}):
            now = cells_at(tables, "actuals", month, instant)
            if instant <= as_of and None not in (now["cost"], now["revenue_recognised"]):
                came.append((instant, now, margin_of(now["cost"], now["revenue_recognised"])))
                break
    return sorted(came, key=lambda one: (one[0], one[1]["period"]))


def _lately(came: list[tuple[dt.datetime, Row, Fraction | None]]) -> float | None:
    """What came in lately, each month counting half for every month and a half between it and the next."""
    cost, revenue, last = 0.0, 0.0, None
    for _, month, _ in came:
        number = month["period"].year * 12 + month["period"].month
        pause = 0 if last is None else min(max(number - last, 0), 24)
        decay = 0.5 ** (pause / 1.5) if pause < 24 else 0.0
        cost = cents(month["cost"]) + decay * cost
        revenue = cents(month["revenue_recognised"]) + decay * revenue
        last = number
    return min(max(1 - cost / revenue, -10.0), 10.0) if revenue > 0 else None


def _above_months(
    tables: Tables, project_id: str, came: list[tuple[dt.datetime, Row, Fraction | None]]
) -> Fraction | None:
    """How far the forecasts that stood when months became known lay above these, in hundredths of a point each."""
    gaps = []
    for instant, _, margin in came:
        made = [
            cells for cells in tables["forecasts"] if cells["project_id"] == project_id and cells["made_at"] <= instant
        ]
        if margin is None or not made:
            continue
        said = forecast_at(tables, max(made, key=lambda cells: cells["made_at"]), instant)[2]
        if said is not None:
            gaps.append(min(max(round((said - margin) * 10_000), -2_000), 2_000))
    return Fraction(sum(gaps), 10_000 * len(gaps)) if gaps else None


def _end_moves(tables: Tables, made: list[Row], as_of: dt.datetime) -> int:
    """Days by which forecasts of the last 84 days moved the end from where the last one that named it had put it."""
    moved, end = 0, None
    for forecast in made:
        ends_on = cells_at(tables, "forecasts", forecast, forecast["made_at"])["ends_on"]
        if ends_on is not None:
            if end is not None and forecast["made_at"] > as_of - 84 * DAY:
                moved += (ends_on - end).days
            end = ends_on
    return moved


def _due_moves(tables: Tables, project_id: str, as_of: dt.datetime) -> list[int]:
    """By how many days a milestone's date moved, for each time that one did in the last 84 days."""
    moves = []
    for milestone in (cells for cells in tables["milestones"] if cells["project_id"] == project_id):
        since = known_at(tables, "milestones", milestone)
        said = {line["known_at"] for line in tables["revisions"] if line["key"] == milestone["milestone_id"]}
        instants = sorted(instant for instant in said if since < instant <= as_of)
        due = cells_at(tables, "milestones", milestone, since)["due_on"]
        for instant in instants:
            now = cells_at(tables, "milestones", milestone, instant)["due_on"]
            if instant > as_of - 84 * DAY and now != due:
                moves.append((now - due).days)
            due = now
    return moves


def _less(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else _bounded(one - other)


def _bounded(share: Fraction) -> Fraction:
    """A share or a change of one is cut at ten."""
    return min(max(share, Fraction(-10)), Fraction(10))


def _quarter_end(day: dt.date) -> dt.date:
    month = (day.month - 1) // 3 * 3 + 4
    return dt.date(day.year + month // 13, (month - 1) % 12 + 1, 1) - DAY
