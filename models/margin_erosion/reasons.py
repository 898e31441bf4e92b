"""The fields of a snapshot in a manager's words, and those that somebody can still change."""

from collections.abc import Callable, Mapping, Sequence

from models.margin_erosion.snapshot import NO_FEATURES
from models.project_signals.wording import Wording, points, said
from models.project_signals.words import WORDS as PROJECT_WORDS
from models.task import Row

_NO_EARLIER = "there are not that many forecasts yet"
_NO_ACTUALS = "there are no actuals to compare the forecast with"


def _rest_against_months(row: Row) -> str:
    gap, months, must = (row.get(name) for name in ("rest_above_3_months", "margin_3_months", "rest_margin"))
    if gap is None or months is None or must is None:
        return points(
            "rest_above_3_months",
            "the rest must earn {:.1f} points more than the last three months did",
            "the rest may earn {:.1f} points less than the last three months did",
            "what the rest must earn cannot be compared with the last three months",
        )(row)
    return f"the last three months earned {months:.0%}, the rest must earn {must:.0%} for the forecast to hold"


def _against_last_month(row: Row) -> str:
    gap, month, forecast = (
        row.get(name) for name in ("forecast_above_last_month", "margin_last_month", "forecast_margin")
    )
    if gap is None or month is None or forecast is None:
        return points(
            "forecast_above_last_month",
            "the forecast is {:.1f} points above what the last month earned",
            "the forecast is {:.1f} points below what the last month earned",
            "the last month cannot be compared with a forecast",
        )(row)
    return f"the last month earned {month:.0%}, the forecast {'still ' if gap > 0 else ''}says {forecast:.0%}"


def _against_lately(row: Row) -> str:
    gap, lately, forecast = (row.get(name) for name in ("forecast_above_lately", "margin_lately", "forecast_margin"))
    if gap is None or lately is None or forecast is None:
        return points(
            "forecast_above_lately",
            "the forecast is {:.1f} points above what the project earned lately",
            "the forecast is {:.1f} points below what the project earned lately",
            "what was earned lately cannot be compared with a forecast",
        )(row)
    return f"lately the project earned {lately:.0%}, the forecast {'still ' if gap > 0 else ''}says {forecast:.0%}"


_OWN: Mapping[str, Wording] = {
    "forecast_margin_change_2": points(
        "forecast_margin_change_2",
        "the last two forecasts raised the margin by {:.1f} points",
        "the last two forecasts lowered the margin by {:.1f} points",
        _NO_EARLIER,
    ),
    "forecast_margin_change_3": points(
        "forecast_margin_change_3",
        "the last three forecasts raised the margin by {:.1f} points",
        "the last three forecasts lowered the margin by {:.1f} points",
        _NO_EARLIER,
    ),
    "forecast_below_best": said(
        "forecast_below_best",
        "the forecast is {:.1f} points below the best one so far",
        none="no forecast was better than the last one",
        unknown="there is no forecast with a margin yet",
        times=100,
    ),
    "forecasts_fallen_share": said(
        "forecasts_fallen_share",
        "{:.0%} of the forecasts lay below the one before",
        none="no forecast lay below the one before",
        unknown="there is no second forecast yet",
    ),
    "forecast_interval_days": said(
        "forecast_interval_days", "a forecast every {:.0f} days", unknown="there is no second forecast yet"
    ),
    "forecast_end_moved_84": said(
        "forecast_end_moved_84",
        "the forecast end moved out by {} days in 12 weeks",
        below="the forecast end came forward by {} days in 12 weeks",
        none="the forecast end did not move in 12 weeks",
        unknown="no end is forecast",
    ),
    "milestones_moved_84": said(
        "milestones_moved_84",
        "milestones were moved {} times in 12 weeks",
        none="no milestone was moved in 12 weeks",
        one="a milestone was moved in 12 weeks",
        unknown="",
    ),
    "milestones_moved_days_84": said(
        "milestones_moved_days_84",
        "milestones moved out by {} days in 12 weeks, all together",
        below="milestones came forward by {} days in 12 weeks, all together",
        none="milestones kept their dates for 12 weeks",
        unknown="there are no milestones",
    ),
    "forecast_cost_growth": said(
        "forecast_cost_growth",
        "cost at completion grew by {:.0%} since the first forecast",
        below="cost at completion fell by {:.0%} since the first forecast",
        none="cost at completion is that of the first forecast",
        unknown="the first forecast had no cost",
    ),
    "rest_margin": said(
        "rest_margin",
        "the rest of the work must earn {:.0%} for the forecast to hold",
        below="the forecast holds if the rest of the work loses {:.0%}",
        unknown="there is no revenue left to earn",
    ),
    "rest_above_3_months": _rest_against_months,
    "margin_last_month": said(
        "margin_last_month",
        "the last month earned {:.0%}",
        below="the last month lost {:.0%}",
        unknown="no month with revenue is known",
    ),
    "forecast_above_last_month": _against_last_month,
    "change_to_follow": points(
        "change_to_follow",
        "by this manager's habit {:.1f} more points of the last rise are to follow",
        "by this manager's habit {:.1f} more points of the last fall are to follow",
        "no change of the forecast is known yet",
    ),
    "margin_month_before": said(
        "margin_month_before",
        "the month before the last earned {:.0%}",
        below="the month before the last lost {:.0%}",
        unknown="there are not two months with revenue yet",
    ),
    "forecast_above_month_before": points(
        "forecast_above_month_before",
        "the forecast is {:.1f} points above what the month before the last earned",
        "the forecast is {:.1f} points below what the month before the last earned",
        "the month before the last cannot be compared with a forecast",
    ),
    "margin_lately": said(
        "margin_lately",
        "lately the project earned {:.0%}",
        below="lately the project lost {:.0%}",
        unknown="no month with revenue is known",
    ),
    "forecast_above_lately": _against_lately,
    "forecasts_above_months": points(
        "forecasts_above_months",
        "the project's forecasts lie {:.1f} points above what the months then earn",
        "the project's forecasts lie {:.1f} points below what the months then earn",
        "no month can be compared with a forecast yet",
    ),
    "estimated_margin": said(
        "estimated_margin",
        "months, forecasts and overwork together tell of a margin of {:.0%}",
        below="months, forecasts and overwork together tell of a loss of {:.0%}",
        unknown="neither a month nor a forecast tells of the margin",
    ),
    "forecast_above_estimate": points(
        "forecast_above_estimate",
        "{:.1f} points of the margin forecast are probably gone and not admitted yet",
        "the margin is probably {:.1f} points better than the forecast admits",
        "the forecast cannot be compared with an estimate",
    ),
    "expected_fall": points(
        "expected_fall",
        "what is not admitted and the team's strain would cost {:.1f} points by the next forecasts",
        "what is not admitted and the team's strain speak for {:.1f} points more in the next forecasts",
        "no fall can be reckoned without a forecast",
    ),
    "margin_3_months_change": points(
        "margin_3_months_change",
        "the last three months earned {:.1f} points more than the three before",
        "the last three months earned {:.1f} points less than the three before",
        "there are not two times three months of actuals yet",
    ),
    "forecast_above_to_date": points(
        "forecast_above_to_date",
        "the forecast is {:.1f} points above what the project earned so far",
        "the forecast is {:.1f} points below what the project earned so far",
        _NO_ACTUALS,
    ),
    "forecast_above_team": points(
        "forecast_above_team",
        "the forecast is {:.1f} points above what the team's rates earn",
        "the forecast is {:.1f} points below what the team's rates earn",
        "the team's rates are not all known in one currency",
    ),
    "cost_ahead_of_time": points(
        "cost_ahead_of_time",
        "cost runs {:.0f} points ahead of the time gone",
        "cost runs {:.0f} points behind the time gone",
        "cost cannot be compared with the time gone",
    ),
    "forecast_hours_burnt_share": said(
        "forecast_hours_burnt_share",
        "{:.0%} of the hours forecast are burnt",
        unknown="no hours are forecast",
    ),
    "forecast_hours_ahead_of_time": points(
        "forecast_hours_ahead_of_time",
        "hours run {:.0f} points ahead of the time gone",
        "hours run {:.0f} points behind the time gone",
        "the hours forecast cannot be compared with the time gone",
    ),
    "uncontracted_share": said(
        "uncontracted_share",
        "{:.1%} of the revenue forecast is in no contract and no accepted change",
        below="contract and accepted changes exceed the revenue forecast by {:.1%}",
        none="contract and accepted changes cover the revenue forecast",
        unknown="the contract's value is not recorded",
    ),
    "invoiced_share": said(
        "invoiced_share",
        "{:.0%} of the revenue forecast is invoiced",
        below="credit notes exceed invoices by {:.0%} of the revenue forecast",
        none="nothing is invoiced yet",
        unknown="no revenue is forecast",
    ),
    "disputed_share": said(
        "disputed_share",
        "{:.0%} of the project's invoices were disputed",
        none="no invoice of the project was disputed",
        unknown="the project has had no invoice yet",
    ),
    "unbilled_share": said(
        "unbilled_share",
        "{:.0%} of the revenue forecast is earned and not invoiced",
        below="{:.0%} of the revenue forecast is invoiced ahead of the work",
        none="all that was earned is invoiced",
        unknown="no revenue is forecast",
    ),
    "days_to_quarter_end": said(
        "days_to_quarter_end",
        "{} days to the end of the quarter",
        none="the last day of the quarter",
        one="one day to the end of the quarter",
        unknown="",
    ),
}

WORDS: Mapping[str, Wording] = {
    **{field: wording for field, wording in PROJECT_WORDS.items() if field not in NO_FEATURES},
    **_OWN,
}


def _half_then_none(field: str) -> Callable[[Row], Sequence[float]]:
    """Half of what there is, then nothing of it."""
    return lambda row: [row[field] / 2, 0.0] if (row[field] or 0.0) > 0 else []


def _decided(row: Row) -> Sequence[float]:
    """Half of the open change requests decided, then all of them."""
    return sorted({row["open_changes"] // 2, 0}, reverse=True) if row["open_changes"] else []


def _usual_rates(row: Row) -> Sequence[float]:
    """The way back to the rates that the team had so far: half of it, then all."""
    return [row["team_rate_change"] / 2, 0.0] if (row["team_rate_change"] or 0.0) < 0 else []


def _forecast_today(row: Row) -> Sequence[float]:
    """A forecast that looks again and says the same."""
    return [0] if row["forecast_age_days"] else []


LEVERS: Mapping[str, Callable[[Row], Sequence[float]]] = {
    "forecast_age_days": _forecast_today,
    "open_changes": _decided,
    "unpriced_change_hours": _half_then_none("unpriced_change_hours"),
    "lost_hours_share": _half_then_none("lost_hours_share"),
    "team_contractor_share": _half_then_none("team_contractor_share"),
    "team_rate_change": _usual_rates,
}
"""The fields that a person can influence, with the values that they could bring about, nearest first.

Decide change requests, price the work in them, write less off, staff with one's own people at the usual rates, and
look at the forecast again.
"""
