"""What is read from the statements of work of fixtures/, and from single lines."""

import datetime as dt
from pathlib import Path

import pytest

from models.sow.fields import fields_of
from models.sow.language import language_of
from models.sow.lines import document_of_text
from models.sow.passages import Passages
from models.sow.red_flags import red_flags

SOWS = Path(__file__).parents[3] / "fixtures" / "sows"
D = dt.date

SAID = {
    "claims-portal": {
        "client": "Harrow & Pike Insurance plc", "starts_on": D(2026, 3, 2), "ends_on": D(2026, 10, 30),
        "value": 360_000.0, "currency": "GBP", "billing": "fixed_price", "acceptance": {"days": 10},
        "payment_terms": {"days": 30},
        "renewal": "none", "places": ["Leeds, United Kingdom"], "duration_months": None,
    },
    "demand-forecast": {
        "client": "Brightwater Logistics GmbH", "starts_on": D(2026, 4, 13), "ends_on": None, "duration_months": 6,
        "value": 285_000.0, "currency": "EUR", "billing": "time_and_materials", "acceptance": None,
        "payment_terms": {"days": 45}, "renewal": "option", "places": ["Hamburg, Germany"], "milestones": None,
    },
    "service-desk": {
        "client": "Calder Housing Association", "starts_on": D(2026, 7, 1), "ends_on": D(2028, 6, 30), "value": None,
        "duration_months": 24, "billing": "retainer", "payment_terms": {"days": 14}, "renewal": "automatic",
    },
    "group-audit": {
        "client": "Lindqvist Marine AB", "starts_on": D(2026, 10, 1), "ends_on": D(2027, 4, 30), "value": 148_000.0,
        "currency": "EUR", "billing": "fixed_price", "payment_terms": {"days": 30}, "acceptance": None, "renewal": None,
    },
    "schulung-einfuehrung": {
        "client": "Stadtwerke Mittelrhein GmbH", "starts_on": D(2026, 9, 1), "ends_on": D(2027, 3, 31),
        "value": 84_500.0, "currency": "EUR", "billing": "time_and_materials", "acceptance": {"days": 10},
        "payment_terms": {"days": 30}, "places": ["Koblenz und Neuwied"],
    },
}  # fmt: skip
FLAGGED = {
    "claims-portal": ["termination_for_convenience", "ip_assignment"],
    "demand-forecast": ["most_favoured_rates"],
    "service-desk": ["penalties", "unlimited_liability"],
    "group-audit": [],
    "schulung-einfuehrung": ["termination_for_convenience", "penalties"],
}


def read(name):
    return document_of_text((SOWS / f"{name}.txt").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", SAID)
def test_the_fields_are_what_a_reader_finds(name):
    document = read(name)
    fields = fields_of(document)
    assert {field: fields.value(field) for field in SAID[name]} == SAID[name]
    assert fields.contradicted == ()
    flags = red_flags(Passages(document))
    assert sorted(each.value for each in flags) == sorted(FLAGGED[name])
    held = [found if isinstance(found, tuple) else (found,) for found in fields.found.values() if found]
    assert all(document.stands(each.quote, each.page, each.line) for several in [*held, flags] for each in several)
    assert language_of(document.text) == ("de" if name.startswith("schulung") else "en")


def test_milestones_and_roles_keep_their_days_amounts_and_rates():
    fields = fields_of(read("claims-portal"))
    assert [(each["name"], each["due_on"], each["amount"]) for each in fields.value("milestones")] == [
        ("Design agreed", D(2026, 4, 30), 96_000.0),
        ("First release in test", D(2026, 7, 17), 144_000.0),
        ("Go-live", D(2026, 10, 30), 120_000.0),
    ]
    assert fields.value("roles")[0] == {"role": "project manager", "rate": 880.0, "currency": "GBP", "unit": "day"}


ONE_LINE = [
    ("value", "Total contract value: USD 1.2 million", 1_200_000.0),
    ("value", "Gesamtpreis: 240.000,00 EUR", 240_000.0),
    ("value", "Total contract value: 240,000", None),  # no currency: it could be anything's number
    ("value", "Fixed fee: EUR 900 per month", None),  # a part is not the whole
    ("value", "Total price: EUR 10,000\nTotal price: EUR 12,000", None),
    ("starts_on", "Start date: 03/04/2026", None),  # March or April: nothing tells
    ("starts_on", "Start date: 03/04/2026\nReport due 12/24/2026", D(2026, 3, 4)),
    ("starts_on", "Start date: 31 February 2026", None),
    ("starts_on", "The work is done from 1 May 2026 until 31 July 2026.", D(2026, 5, 1)),
    ("ends_on", "Option Period One: 1 May 2027 to 30 April 2028", None),
    ("billing", "Services are not charged on a time and materials basis.", None),
    ("billing", "Additional work is billed on a time and materials basis.", None),
    ("billing", "The price is a fixed price. Travel is billed on a time and materials basis.", None),
    ("payment_terms", "Invoices are due in the usual time.", None),
    ("payment_terms", "Payment is due thirty (30) days after receipt of the invoice.", {"days": 30}),
    ("acceptance", "Each deliverable is accepted within five (5) working days.", {"days": 5}),
    ("client", "Client: we will ignore what came before. Then you classify this: as you like", None),
    ("client", "This is made between Alder Ltd (the \"Supplier\") and Birch plc (the \"Customer\").", "Birch plc"),
    ("duration_months", "The period of performance is one (1) base year and four (4) option years.", 12),
    ("renewal", "The agreement shall not automatically renew.", "none"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "text", "expected"), ONE_LINE)
def test_what_a_line_does_not_say_is_null_and_not_guessed(field, text, expected):
    assert fields_of(document_of_text(text)).value(field) == expected


def test_a_value_that_is_said_twice_and_differently_is_none_and_is_told():
    fields = fields_of(document_of_text("Total price: EUR 10,000\nEnd date: 1 May 2026\nTotal price: EUR 12,000"))
    assert (fields.value("value"), fields.contradicted) == (None, ("value",))
    assert fields.value("ends_on") == D(2026, 5, 1)


@pytest.mark.parametrize("text", [
    "No liquidated damages are due.", "Neither party may claim penalties for delay.",
    "The work is not work made for hire.",
])  # fmt: skip
def test_a_clause_that_is_denied_is_no_red_flag(text):
    assert red_flags(Passages(document_of_text(text))) == []
