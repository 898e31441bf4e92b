"""The money of an approval: its amount, the limits of approvers, and what is left of its project's budget."""

from models.approval_summary.evidence import Collected, Evidence
from models.approval_summary.known import Known
from models.approval_summary.limits import Limits
from models.approval_summary.wording import money, plain
from models.sensitivity import Sensitivity

_TELLING = {
    "rate": Sensitivity.RATE, "rates": Sensitivity.RATE,
    "discount": Sensitivity.MARGIN, "margin": Sensitivity.MARGIN, "off": Sensitivity.MARGIN,
}  # fmt: skip
"""An amount of a rate exception tells a rate; one of a discount or a write-off tells what a project earns."""


def amount_item(found: Collected, about: Known) -> Evidence | None:
    """The amount that is asked for, null where none is."""
    amount = about.approval["amount"]
    if amount is None:
        return None
    words = str(about.approval["kind"]).casefold().replace("_", " ").replace("-", " ").split()
    return found.add(
        "amount",
        amount,
        unit=about.currency,
        cell=f"approvals/{about.approval_id}/amount",
        needs={_TELLING[word] for word in words if word in _TELLING},
        amount=f"an amount of {money(amount, about.currency)}",
    )


def limit_items(found: Collected, about: Known, limits: Limits, amount: Evidence | None) -> None:
    """The limits for such an approval that the amount exceeds, the highest first, and the lowest that suffices."""
    if amount is None:
        return
    asked = float(about.approval["amount"])
    all_of = limits.of(about.approval["kind"], about.currency)
    exceeded = [each for each in reversed(all_of) if asked > each.amount]
    sufficient = [each for each in all_of if asked <= each.amount]
    for limit in [*exceeded, *sufficient[:1]]:
        role = plain(limit.approver_role) or "an approver"
        of = found.add(
            "limit", limit.amount, unit=limit.currency, cell=f"limits/{limit.approver_role}/amount",
            limit=f"a limit of {money(limit.amount, limit.currency)} for {role}",
        )  # fmt: skip
        over = round(asked - limit.amount, 2)
        kind, text = "within_limit", f"within the limit of {role}"
        if over > 0:
            kind, text = "above_limit", f"{money(over, limit.currency)} more than the limit of {role}"
        found.add(kind, abs(over), unit=limit.currency, of=(amount, of), comparison=text)


def budget_items(found: Collected, about: Known, amount: Evidence | None) -> None:
    """The project's budget, what is spent of it as recorded, what is left, and the amount against that.

    The budget is the contract value less the margin it was sold with (`projects.baseline_margin`). Spent are the
    recorded costs, or, where a firm records none, what was approved before for the same project.
    """
    project = about.project
    if project is None or project["contract_value"] is None:
        return
    currency, key = project["currency"], about.approval["project_id"]
    share = project["baseline_margin"]
    budget = round(project["contract_value"] * (1 - (share or 0.0)), 2)
    whole = found.add(
        "budget", budget, unit=currency, needs={Sensitivity.MARGIN},
        cell=f"computed from projects/{key}/contract_value and baseline_margin",
        budget=f"a project budget of {money(budget, currency)}",
    )  # fmt: skip
    if about.costs is not None:
        spent, cell, what = about.costs, f"sum of actuals/{key}/cost", "recorded costs of"
    else:
        spent, cell, what = about.approved_before, f"sum of approvals for {key}/amount", "earlier approvals of"
    used = found.add(
        "spent", round(spent, 2), unit=currency, cell=cell, needs={Sensitivity.MARGIN},
        spent=f"{what} {money(spent, currency)} for the project",
    )  # fmt: skip
    left = round(budget - spent, 2)
    rest = found.add(
        "budget_left", left, unit=currency, of=(whole, used),
        left=f"{money(left, currency)} left of the project budget" if left >= 0
        else f"a project budget overspent by {money(-left, currency)}",
    )  # fmt: skip
    if amount is None or currency != about.currency:
        return
    over = round(float(about.approval["amount"]) - max(left, 0.0), 2)
    kind, text = "within_budget", "within what is left of the project budget"
    if over > 0:
        kind, text = "above_budget", f"{money(over, currency)} more than is left of the project budget"
    found.add(kind, abs(over), unit=currency, of=(amount, rest), comparison=text)
