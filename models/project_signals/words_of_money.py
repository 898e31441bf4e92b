"""The fields of habits, forecasts and actuals in a manager's words."""

from collections.abc import Mapping

from models.project_signals.wording import Wording, points, said
from models.task import Row

_NO_CLIENT_MILESTONE = "none of this client's milestones was billed yet"
_NO_MANAGER_MILESTONE = "none of this manager's milestones was billed yet"
_NO_FORECAST = "there is no forecast with a margin yet"
_NO_EARLIER = "there is no earlier forecast to compare with"
_NO_ACTUALS = "no revenue is booked yet"


def _against_months(row: Row) -> str:
    gap, months, forecast = (
        row.get(name) for name in ("forecast_above_3_months", "margin_3_months", "forecast_margin")
    )
    if gap is None:
        return "the last three months cannot be compared with a forecast"
    if months is None or forecast is None:
        way = "above" if gap >= 0 else "below"
        return f"the forecast is {abs(gap) * 100:.1f} points {way} what the last three months earned"
    still = "still says" if gap > 0 else "says"
    return f"the last three months earned {months:.0%}, the forecast {still} {forecast:.0%}"


_HABITS = {
    "client_acceptance_days": said(
        "client_acceptance_days",
        "this client usually accepts after {:.0f} days",
        unknown="this client has accepted no milestone yet",
    ),
    "client_billing_days": said(
        "client_billing_days",
        "milestones of this client are usually billed {:.0f} days after acceptance",
        unknown=_NO_CLIENT_MILESTONE,
    ),
    "client_billed_late_share": said(
        "client_billed_late_share",
        "{:.0%} of this client's milestones were billed after their date",
        none="none of this client's milestones was billed after its date",
        unknown=_NO_CLIENT_MILESTONE,
    ),
    "client_days_late": said(
        "client_days_late",
        "this client's milestones are billed {:.0f} days after their date on average",
        below="this client's milestones are billed {:.0f} days before their date on average",
        unknown=_NO_CLIENT_MILESTONE,
    ),
    "client_milestones_billed": said(
        "client_milestones_billed",
        "{} milestones of this client were billed so far",
        none=_NO_CLIENT_MILESTONE,
        one="one milestone of this client was billed so far",
        unknown="",
    ),
    "client_disputed_share": said(
        "client_disputed_share",
        "this client disputed {:.0%} of its invoices",
        none="this client disputed no invoice",
        unknown="this client has had no invoice yet",
    ),
    "client_payment_days": said(
        "client_payment_days",
        "this client usually pays after {:.0f} days",
        unknown="this client has paid no invoice yet",
    ),
    "client_invoices": said(
        "client_invoices",
        "{} invoices of this client so far",
        none="this client has had no invoice yet",
        one="one invoice of this client so far",
        unknown="",
    ),
    "manager_billed_late_share": said(
        "manager_billed_late_share",
        "{:.0%} of this manager's milestones were billed after their date",
        none="none of this manager's milestones was billed after its date",
        unknown=_NO_MANAGER_MILESTONE,
    ),
    "manager_days_late": said(
        "manager_days_late",
        "this manager's milestones are billed {:.0f} days after their date on average",
        below="this manager's milestones are billed {:.0f} days before their date on average",
        unknown=_NO_MANAGER_MILESTONE,
    ),
    "manager_milestones_billed": said(
        "manager_milestones_billed",
        "{} milestones of this manager were billed so far",
        none=_NO_MANAGER_MILESTONE,
        one="one milestone of this manager was billed so far",
        unknown="",
    ),
    "manager_forecast_fall": said(
        "manager_forecast_fall",
        "this manager's margins fall by {:.1f} points from one forecast to the next",
        below="this manager's margins rise by {:.1f} points from one forecast to the next",
        none="this manager's margins do not move between forecasts",
        unknown="this manager has made no two forecasts yet",
    ),
    "manager_forecasts": said(
        "manager_forecasts",
        "this manager has revised forecasts {} times",
        none="this manager has made no two forecasts yet",
        one="this manager has revised a forecast once",
        unknown="",
    ),
    "manager_follow_through": said(
        "manager_follow_through",
        "{:.0%} of a change of this manager's forecasts usually follows with the next one",
        below="{:.0%} of a change of this manager's forecasts is usually taken back with the next one",
        none="this manager's forecasts do not move in instalments",
        unknown="this manager has made no three forecasts yet",
    ),
    "manager_above_months": said(
        "manager_above_months",
        "this manager's forecasts lie {:.1f} points above what the months then earn",
        below="this manager's forecasts lie {:.1f} points below what the months then earn",
        none="this manager's forecasts say what the months then earn",
        unknown="no month can be compared with a forecast of this manager",
    ),
}
_FORECASTS = {
    "forecast_margin": said(
        "forecast_margin",
        "the forecast says a margin of {:.0%}",
        below="the forecast says a loss of {:.0%}",
        unknown=_NO_FORECAST,
    ),
    "forecast_margin_change": points(
        "forecast_margin_change",
        "the last forecast raised the margin by {:.1f} points",
        "the last forecast lowered the margin by {:.1f} points",
        _NO_EARLIER,
    ),
    "forecast_margin_change_84": points(
        "forecast_margin_change_84",
        "the forecast rose by {:.1f} points in 12 weeks",
        "the forecast fell by {:.1f} points in 12 weeks",
        "there was no forecast 12 weeks ago",
    ),
    "forecast_margin_change_from_first": points(
        "forecast_margin_change_from_first",
        "the forecast is {:.1f} points above the first one",
        "the forecast is {:.1f} points below the first one",
        _NO_FORECAST,
    ),
    "baseline_margin": said(
        "baseline_margin",
        "sold at a margin of {:.0%}",
        below="sold at a loss of {:.0%}",
        unknown="the margin at which the project was sold is not recorded",
    ),
    "forecast_below_baseline": points(
        "forecast_below_baseline",
        "the forecast is {:.1f} points below the margin sold",
        "the forecast is {:.1f} points above the margin sold",
        "the forecast cannot be compared with the margin sold",
    ),
    "forecast_hours_of_budget": said(
        "forecast_hours_of_budget",
        "hours at completion are {:.0%} of the budget",
        unknown="hours at completion cannot be compared with the budget",
    ),
    "forecast_age_days": said(
        "forecast_age_days",
        "the last forecast is {} days old",
        none="a forecast was made today",
        one="the last forecast is a day old",
        unknown="there is no forecast yet",
    ),
    "forecast_count": said(
        "forecast_count", "{} forecasts so far", none="there is no forecast yet", one="one forecast so far", unknown=""
    ),
    "forecast_slip_days": said(
        "forecast_slip_days",
        "the forecast ends {} days after the planned end",
        below="the forecast ends {} days before the planned end",
        none="the forecast keeps the planned end",
        unknown="no end is forecast",
    ),
    "forecast_slip_moved_days": said(
        "forecast_slip_moved_days",
        "the last forecast moved the end by {} days",
        below="the last forecast brought the end forward by {} days",
        none="the last forecast did not move the end",
        unknown="no two ends are forecast",
    ),
    "margin_to_date": said(
        "margin_to_date",
        "the project has earned a margin of {:.0%} so far",
        below="the project has lost {:.0%} so far",
        unknown=_NO_ACTUALS,
    ),
    "margin_3_months": said(
        "margin_3_months",
        "the last three months earned {:.0%}",
        below="the last three months lost {:.0%}",
        unknown="no revenue was booked in the last three months",
    ),
    "forecast_above_3_months": _against_months,
    "cost_spent_share": said(
        "cost_spent_share",
        "{:.0%} of the forecast cost is spent",
        below="costs of {:.0%} of the forecast were taken back",
        unknown="cost cannot be compared with a forecast",
    ),
}


MONEY: Mapping[str, Wording] = {**_HABITS, **_FORECASTS}
"""The words of the client's and the manager's habits, of forecasts and actuals."""
