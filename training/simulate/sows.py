"""A statement of work for each project: sentences that such documents hold, by service line and billing."""

import numpy as np
import polars as pl

from training.simulate.calendar import Calendar
from training.simulate.portfolio import Projects
from training.simulate.world import BILLING, PRACTICES

OBJECT = {
    "data platform": (
        "build a governed data platform", "ingest the sources named in Annex A", "hand over pipelines with tests",
    ),
    "analytics": (
        "analyse demand and price", "build dashboards for the commercial team", "train two analysts of the client",
    ),
    "cloud migration": (
        "move the applications in scope to the public cloud", "retire two data centres",
        "run a rehearsal before each wave",
    ),
    "platform engineering": (
        "set up a container platform", "automate deployment", "write runbooks for the operators",
    ),
    "business applications": (
        "configure the finance and procurement modules", "migrate open items", "support user acceptance testing",
    ),
    "integration": (
        "connect the order system with the warehouse", "replace file transfers by events", "monitor the interfaces",
    ),
    "strategy": ("review the operating model", "prepare the business case", "present options to the board"),
    "change management": (
        "prepare the users for the change", "train key users in four sites", "measure adoption for three months",
    ),
    "managed services": (
        "operate the service desk", "resolve incidents within agreed times", "report on service levels every month",
    ),
    "security operations": (
        "watch the security events around the clock", "rehearse incident response", "assess suppliers",
    ),
    "applied ai": (
        "evaluate language models for claims handling", "build a retrieval prototype", "define acceptance by test sets",
    ),
}  # fmt: skip
"""What is to be done, by service line."""
PAYMENT = {
    "fixed_price": (
        "The price is fixed at {value} {currency} and is due in instalments "
        "upon acceptance of the milestones in Annex B."
    ),
    "time_and_materials": (
        "Services are charged by the hour at the rates of Annex C, estimated at {value} {currency} in total."
    ),
    "retainer": "A monthly fee applies; over the term it amounts to {value} {currency}.",
}
CLAUSES = (
    "Acceptance is deemed given ten working days after handover unless defects are reported in writing.",
    "Either party may terminate for convenience with thirty days' notice.",
    "The supplier's liability is limited to the fees paid in the twelve months before the claim.",
    "The client grants access to its premises and systems in good time.",
    "Changes to scope are agreed in writing before work on them begins.",
    "Travel is charged at cost and needs approval in advance.",
)
CLAUSES_EACH = 3
RECEIVED_BEFORE, RECEIVED_HOURS = (5, 40), (8.0, 17.0)
"""Days before signing on which a text arrives (at least, less than), and between which UTC hours."""


def sows(
    work: Projects, *, ids: list[str], clients: list[str], value: list[float], currency: list[str], calendar: Calendar,
    luck: np.random.Generator,
) -> pl.DataFrame:  # fmt: skip
    """The table ``sows``, received in the weeks before signing. ``value`` is the contract's, in its ``currency``."""
    rows = []
    before = luck.integers(*RECEIVED_BEFORE, len(work))
    received = calendar.happened(calendar.office(work.signed - before, luck.uniform(*RECEIVED_HOURS, len(work))))
    chosen = luck.permuted(np.tile(np.arange(len(CLAUSES)), (len(work), 1)), axis=1)[:, :CLAUSES_EACH]
    for number, project in enumerate(ids):
        line = PRACTICES[work.practice[number]].service_lines[work.line[number]]
        billing = BILLING[work.billing[number]]
        aims = OBJECT[line]
        said = [
            f"STATEMENT OF WORK for {clients[number]}",
            f"1. Purpose. The supplier shall {aims[0]}, {aims[1]} and {aims[2]}.",
            f"2. Team. {work.positions[number]} people, led by a project manager.",
            "3. Charges. " + PAYMENT[billing].format(value=f"{value[number]:,.0f}", currency=currency[number]),
            *(f"{place}. {CLAUSES[each]}" for place, each in enumerate(chosen[number].tolist(), start=4)),
        ]
        rows.append((f"S-{project}", clients[number], "\n".join(said), line, f"{line} / {billing}"))
    table = pl.DataFrame(rows, schema=["sow_id", "client", "text", "service_line", "template"], orient="row")
    return table.with_columns(received_at=received).filter(pl.col("received_at").is_not_null())
