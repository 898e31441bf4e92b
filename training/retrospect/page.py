"""The page that a director reads: the whole on the first screen, then each task, then what to keep in mind."""

import datetime as dt
from collections.abc import Iterable, Sequence

from training.retrospect.run import Looked, Retrospect
from training.retrospect.stories import Stories, Story
from training.retrospect.tally import Money
from training.retrospect.walk import NOTHING_ASKED
from training.retrospect.words import amount, cell, counted, day, listed, money, named, share, table

FEW = 30
"""Fewer troubles than that, and a share of them says little."""
SUMMARY = (
    "", "troubles", "flagged before", "days before, median", "false alarms", "the rule, with as many flags",
    "its days before", "medium or high before", "money in trouble", "of it flagged",
)  # fmt: skip
MONTHS = (
    "month", "learnt from", "answered by", "forecasts", "flags", "of these came", "days before, median",
    "of the rule's came",
)  # fmt: skip
STORY = ("", "money", "first flagged", "because", "what happened", "the rule")
ABOUT_CASES = (
    "A flag is the first forecast of a case in the high band. A case is a subject and what it was heading for: a "
    "milestone that was planned again and missed again is two cases, and its money is counted once."
)
ABOUT_RULE = (
    "The rule may flag as many cases each month as Bellwether did, and those that it scores highest in the whole "
    "month: nobody could have known that on the month's first day. It flatters the rule."
)
ABOUT_ACTING = "Nobody acted on these flags. Had somebody, some of the troubles would not have come."


def page(looked_back: Retrospect) -> str:
    """The retrospect in Markdown; its pictures are ``TASK-timeline.png`` and ``TASK-reliability.png`` beside it."""
    parts = _first_screen(looked_back)
    for each in looked_back.looked:
        parts += _of_task(each)
    notes = [ABOUT_CASES, ABOUT_RULE, ABOUT_ACTING, *_of_records(looked_back)]
    parts += ["## What to keep in mind", "\n".join(f"- {note}" for note in notes)]
    return "\n\n".join(parts) + "\n"


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
    if looked_back.looked:
        parts += [*map(_headline, looked_back.looked), table(SUMMARY, map(_summary, looked_back.looked))]
    else:
        parts.append("**Nothing could be looked back on:** the records hold too little.")
    if looked_back.skipped:
        left_out = [f"- {named(task)}: {why}." for task, why in looked_back.skipped.items()]
        parts.append("Left out:\n\n" + "\n".join(left_out))
    return parts


def _headline(each: Looked) -> str:
    """One task in two or three sentences."""
    told, ours = each.tally, each.tally.predictor
    name, cases = f"**{named(each.task.name)}.**", counted(told.cases, "case")
    if not told.troubles:
        return f"{name} No trouble came in {cases}; {counted(ours.flags, 'flag')} would have been raised."
    came = f"{name} {counted(told.troubles, 'trouble')} came in {cases}."
    if not ours.flags:
        return f"{came} Bellwether would have raised no flag; {told.noticed:,} stood in the medium band before."
    early = "" if ours.lead_days is None else f", in the median {amount(ours.lead_days)} days before"
    luck = "; the difference may be luck" if told.more_than_rule.low <= 0 <= told.more_than_rule.high else ""
    later = "" if told.rule.lead_days is None else f", in the median {amount(told.rule.lead_days)} days before"
    return (
        f"{came} Bellwether would have flagged **{ours.caught:,}** of them{early}, with "
        f"{counted(ours.false_alarms, 'false alarm')}. The rule that a PMO would use, allowed as many flags, would "
        f"have flagged {told.rule.caught:,}{later}{luck}.{_of_money(told.money)}"
    )


def _of_money(sums: Sequence[Money]) -> str:
    parts = [
        f"{money(one.caught, one.currency)} of {money(one.troubles, one.currency)}" for one in sums if one.troubles
    ]
    return f" Of the money in trouble it would have pointed at {listed(parts)}." if parts else ""


def _summary(each: Looked) -> list[str]:
    told, ours, rule = each.tally, each.tally.predictor, each.tally.rule
    return [
        named(each.task.name),
        f"{told.troubles:,} in {told.cases:,} cases",
        f"{ours.caught:,} {share(ours.caught, told.troubles)}",
        amount(ours.lead_days),
        f"{ours.false_alarms:,} of {counted(ours.flags, 'flag')}",
        f"{rule.caught:,} {share(rule.caught, told.troubles)}",
        amount(rule.lead_days),
        f"{told.noticed:,} {share(told.noticed, told.troubles)}",
        listed([money(one.troubles, one.currency) for one in told.money]),
        listed([money(one.caught, one.currency) for one in told.money]),
    ]


def _of_task(each: Looked) -> list[str]:
    told, name = each.tally, each.task.name
    settings = ", ".join(f"{setting} {value}" for setting, value in each.settings.items())
    low, high = each.ece_if_calibrated["low"], each.ece_if_calibrated["high"]
    subjects = counted(told.subjects, each.task.subject)
    parts = [
        f"## {named(name)}",
        f"{told.rows:,} forecasts about {subjects}. What counts as trouble: {settings}.",
        f"![Flags and troubles, week by week]({name}-timeline.png)",
        f"![Forecasts and what came]({name}-reliability.png)",
        f"Forecast and frequency differ by {each.ece:.3f}; by luck alone it would be {low:.3f} to {high:.3f}.",
        table(MONTHS, [_month(month) for month in each.months]),
    ]
    return parts if each.stories is None else [*parts, *_stories(each.stories, each.task.expected)]


def _month(month: dict[str, object]) -> list[str]:
    learnt, lead = month["learnt_from"], month["lead_days"]
    assert lead is None or isinstance(lead, float)
    return [
        str(month["from"])[:7],
        f"{learnt:,} rows, {month['base_rate']:.0%} troubles" if learnt else "nothing",
        str(
            month["answered_by"]
            or (NOTHING_ASKED if month["why_not"] == NOTHING_ASKED else "nothing: too few outcomes")
        ),
        f"{month['rows']:,}",
        f"{month['flags']:,}",
        f"{month['caught']:,}",
        amount(lead),
        f"{month['rule_caught']:,}",
    ]


def _stories(told: Stories, unit: str | None) -> list[str]:
    lists = {
        "The most expensive troubles": told.expensive,
        "The most expensive that it missed": told.missed,
        "The dearest false alarms": told.false_alarms,
    }
    parts: list[str] = []
    for title, some in lists.items():
        if some:
            parts += [f"### {title}", table(STORY, [_story(one, unit) for one in some])]
    return parts


def _story(one: Story, unit: str | None) -> list[str]:
    chance = "of unknown probability" if one.probability is None else f"{one.probability:.0%}"
    said = f"{day(one.said_at)}, {chance}" if one.flagged else f"never; {chance} at most"
    came = f"{'trouble' if one.came else 'no trouble'} by {day(one.resolved_at)}"
    if one.flagged and one.came:
        came += f", {amount((one.resolved_at - one.said_at) / dt.timedelta(days=1))} days later"
    if one.came and unit is not None and one.amount is not None:
        came += f"; it came to {amount(one.amount)} {unit}"
    return [
        cell(one.subject_id if one.named is None else f"{one.subject_id}, {one.named}"),
        money(one.money, one.currency),
        said,
        "; ".join(map(cell, one.why)),
        came,
        "did not flag it" if one.rule_flagged_at is None else f"flagged it on {day(one.rule_flagged_at)}",
    ]


def _of_records(looked_back: Retrospect) -> Iterable[str]:
    """What these records make of the figures."""
    for each in looked_back.looked:
        name, told = named(each.task.name), each.tally
        if told.troubles < FEW:
            yield f"{name}: {counted(told.troubles, 'trouble')} tell little: too few to tell skill from luck."
        if each.walk.unresolved:
            left_out = counted(each.walk.unresolved, "forecast")
            yield f"{name}: {left_out} were left out, for the records do not tell what came of them."
        for kind, why in (
            (None, "nothing was forecast, for too few outcomes were known"),
            ("rule", "the rule answered"),
        ):
            asked = [month for month in each.months if month["why_not"] != NOTHING_ASKED]
            months = [month["from"][:7] for month in asked if month["answered_by"] == kind]
            if months:
                yield f"{name}: in {listed(months)} {why}."
        if told.unpriced:
            yield f"{name}: of {counted(told.unpriced, each.task.subject)} in trouble no money is known."
        if each.task.person_level:
            yield f"{name} is about people's time: it is counted, and no person is named or ranked."
    if looked_back.missing_tables:
        yield f"The records have no {listed(looked_back.missing_tables)}: what these would tell is not known."
    for table_name, rows in looked_back.set_aside.items():
        yield f"{counted(rows, 'row')} of {table_name} had errors and were set aside."
