"""Numbers as people say them: one day, 3 days, no other requests, 45%."""

_SOON = 10
"""Below so many days a fraction is told."""
_EVEN = 0.05


def count(value: float, one: str, many: str) -> str:
    """A number of things, in words where it is none or one."""
    if value == 0:
        return f"no {many}"
    return f"one {one}" if value == 1 else f"{value:,.0f} {many}"


def days(value: float) -> str:
    """A number of days: whole ones, or with a tenth where there are few."""
    rounded = round(value, 1) if abs(value) < _SOON else float(round(value))
    if rounded == 0:
        return "less than a day" if value else "no days"
    return "one day" if rounded == 1 else f"{rounded:,.1f} days".replace(".0 ", " ")


def share(value: float) -> str:
    """A share as a percentage."""
    return f"{value:.0%}"


def money_free_ratio(value: float) -> str:
    """A bill rate against the usual one, without naming either."""
    if abs(value - 1) < _EVEN:
        return "the bill rate is about what is usual for the job role and grade"
    return f"the bill rate is {abs(value - 1):.0%} {'above' if value > 1 else 'below'} what is usual for the job role"


def pace(value: float) -> str:
    """A speed against the usual one."""
    if abs(value - 1) < _EVEN:
        return "as fast as usual for the job role"
    if value > 1:
        return f"{value:.1f} times as fast as usual for the job role"
    return f"at {value:.0%} of the usual pace for the job role"
