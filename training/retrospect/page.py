"""The page that a director reads: the first screen tells the whole, each task follows, and then what to keep in mind."""

import datetime as dt
from collections.abc import Iterable, Sequence

from training.retrospect.run import Looked, Retrospect
from training.retrospect.stories import Stories, Story
from training.retrospect.tally import Money
from training.retrospect.words import amount, cell, counted, day, listed, money, named, share, table

FEW = 30
"""Fewer troubles than that, and a share of them says little."""


def page(looked_back: Retrospect) -> str:
    """The retrospect in Markdown; its pictures are ``TASK-timeline.png`` and ``TASK-reliability.png`` beside it."""
    parts = [*_first_screen(looked_back)]
    for each in looked_back.looked:
        parts += _of_task(each)
    return "\n\n".join([*parts, *_caveats(looked_back)]) + "\n"


def first_screen(looked_back: Retrospect) -> str:
    """What the page begins with, by itself."""
    return "\n\n".join(_first_screen(looked_back)) + "\n"


def _first_screen(looked_back: Retrospect) -> list[str]:
    start, end = looked_back.period
    told = (
        f"From {day(start)} to {day(end - dt.timedelta(days=1))}. Each month was forecast with what was known at its "
        "start, and nothing later; then it was looked up what happened."
    )
    parts = ["# What Bellwether would have said", told]
    if not looked_back.looked:
        return [
            *parts,
            "**Nothing could be looked back on.** The records hold too little: see below.",
            *_skipped(looked_back),
        ]
    parts += [_headline(each) for each in looked_back.looked]
    head = ("", "troubles", "flagged before", "days before, median", "false alarms", "the rule, with as many flags", "money in trouble", "of it flagged")  # fmt: skip
    rows = [_summary(each) for each in looked_back.looked]
    return [*parts, table(head, rows), *_skipped(looked_back)]


def _headline(each: Looked) -> str:
    """One task in two or three sentences."""
    told, ours, rule = each.tally, each.tally.predictor, each.tally.rule
    name = f"**{named(each.task.name)}.**"
    if not told.troubles:
        return f"{name} No trouble came in {counted(told.cases, 'case')}; {counted(ours.flags, 'flag')} would have been raised."
    early = f", in the median {amount(ours.lead_days)} days before" if ours.lead_days is not None else ""
    text = (
        f"{name} {counted(told.troubles, 'trouble')} came. Bellwether would have flagged **{ours.caught:,}** of them"
        f"{early}, with {counted(ours.false_alarms, 'false alarm')}. "
        f"The rule that a PMO would use, allowed as many flags, would have flagged {rule.caught:,}"
    )
    if ours.flags and told.more_than_rule.low <= 0 <= told.more_than_rule.high:
        text += "; a difference that may be luck"
    worth = _of_money(told.money)
    return f"{text}. {worth}" if worth else f"{text}."


def _of_money(sums: Sequence[Money]) -> str:
    parts = [
        f"{money(one.caught, one.currency)} of {money(one.troubles, one.currency)}" for one in sums if one.troubles
    ]
    return f"Of the money in trouble it would have pointed at {listed(parts)}." if parts else ""


def _summary(each: Looked) -> list[str]:
    told, ours, rule = each.tally, each.tally.predictor, each.tally.rule
    return [
        named(each.task.name),
        f"{told.troubles:,} in {told.cases:,} cases",
        f"{ours.caught:,} {share(ours.caught, told.troubles)}",
        amount(ours.lead_days),
        f"{ours.false_alarms:,} of {counted(ours.flags, 'flag')}",
        f"{rule.caught:,} {share(rule.caught, told.troubles)}",
        listed([money(one.troubles, one.currency) for one in told.money]),
        listed([money(one.caught, one.currency) for one in told.money]),
    ]


def _skipped(looked_back: Retrospect) -> list[str]:
    if not looked_back.skipped:
        return []
    return ["Left out:\n\n" + "\n".join(f"- {named(task)}: {why}." for task, why in looked_back.skipped.items())]


def _of_task(each: Looked) -> list[str]:
    told, name = each.tally, each.task.name
    settings = ", ".join(f"{setting} {value}" for setting, value in each.settings.items())
    luck = each.ece_if_calibrated
    parts = [
        f"## {named(name)}",
        f"{told.rows:,} forecasts about {counted(told.subjects, each.task.subject)}. Counted as trouble with {settings}.",
        f"![Flags and troubles, week by week]({name}-timeline.png)",
        f"![Forecasts and what came]({name}-reliability.png)",
        f"Forecast and frequency differ by {each.ece:.3f} on average; were the probabilities perfect, luck alone would make "
        f"it {luck['low']:.3f} to {luck['high']:.3f}.",
        _months(each),
    ]
    return parts if each.stories is None else [*parts, *_stories(each.stories, each.task.expected)]


def _months(each: Looked) -> str:
    head = (
        "month",
        "learnt from",
        "answered by",
        "forecasts",
        "flags",
        "of these came",
        "days before, median",
        "of the rule's came",
    )
    rows = []
    for month in each.months:
        learnt = (
            f"{month['learnt_from']:,} rows, {month['base_rate']:.0%} troubles" if month["learnt_from"] else "nothing"
        )
        answered = month["answered_by"] or "nothing: too few outcomes"
        rows.append(
            [
                month["from"][:7], learnt, answered, f"{month['rows']:,}", f"{month['flags']:,}",
                f"{month['caught']:,}", amount(month["lead_days"]), f"{month['rule_caught']:,}",
            ]
        )  # fmt: skip
    return table(head, rows)


def _stories(told: Stories, unit: str | None) -> list[str]:
    parts: list[str] = []
    lists = (
        ("The most expensive troubles", told.expensive),
        ("The most expensive that it missed", told.missed),
        ("The dearest false alarms", told.false_alarms),
    )
    for title, some in lists:
        if some:
            head = ("", "money", "first flagged", "because", "what happened", "the rule")
            parts += [f"### {title}", table(head, [_story(one, unit) for one in some])]
    return parts


def _story(one: Story, unit: str | None) -> list[str]:
    called = cell(one.subject_id) if one.named is None else f"{cell(one.subject_id)}, {cell(one.named)}"
    said = f"{day(one.said_at)}, {one.probability:.0%}" if one.flagged else f"never; {one.probability:.0%} at most"
    early = (one.resolved_at - one.said_at) / dt.timedelta(days=1)
    came = f"came by {day(one.resolved_at)}" if one.came else f"had not come by {day(one.resolved_at)}"
    if one.flagged and one.came:
        came += f", {amount(early)} days after"
    if one.came and unit is not None and one.amount is not None:
        came += f": {amount(one.amount)} {unit}"
    rule = "did not flag it" if one.rule_flagged_at is None else f"flagged it on {day(one.rule_flagged_at)}"
    return [called, money(one.money, one.currency), said, "; ".join(map(cell, one.why)), came, rule]


def _caveats(looked_back: Retrospect) -> list[str]:
    notes = [
        "A flag is the first forecast of a case in the high band. A case is a subject and what it was heading for: a "
        "milestone that was planned again and missed again is two cases, and its money is counted once.",
        "The rule may flag as many cases each month as Bellwether did, and those that it scores highest in the whole "
        "month: nobody could have known that on the month's first day. It flatters the rule.",
        "Nobody acted on these flags. Had somebody, some of the troubles would not have come.",
        *_of_records(looked_back),
    ]
    return ["## What to keep in mind", "\n".join(f"- {note}" for note in notes)]


def _of_records(looked_back: Retrospect) -> Iterable[str]:
    for each in looked_back.looked:
        name, told = named(each.task.name), each.tally
        if told.troubles < FEW:
            yield f"{name}: {counted(told.troubles, 'trouble')} are too few to tell skill from luck."
        if each.walk.unresolved:
            yield f"{name}: {counted(each.walk.unresolved, 'forecast')} are left out, for the records do not tell what came of them."
        idle = [month["from"][:7] for month in each.months if month["answered_by"] is None]
        if idle:
            yield f"{name}: nothing is forecast in {listed(idle)}, for too few outcomes were known."
        simple = [month["from"][:7] for month in each.months if month["answered_by"] == "rule"]
        if simple:
            yield f"{name}: with so few outcomes the rule itself answered in {listed(simple)}."
        if told.unpriced:
            yield f"{name}: of {counted(told.unpriced, each.task.subject)} in trouble no money is known."
        if each.task.person_level:
            yield f"{name} is about people's time: it is counted, and no person is named or ranked."
    if looked_back.missing_tables:
        yield f"The records have no {listed(looked_back.missing_tables)}: what these would tell is not known."
    for name, rows in looked_back.set_aside.items():
        yield f"{counted(rows, 'row')} of {name} had errors and were set aside."
