"""The parts of what is said of a subject, in plain values, as a reader may see them.

The shape does not depend on the reader. What is hidden is null; a reason keeps its effect, so that effects still add
up, and says what kind of value it is about in place of the value.
"""

from collections.abc import Sequence
from typing import Any

from models.explanation import Change, Reason
from models.forecast import Expected
from models.money import MoneyAtRisk
from models.sensitivity import HIDDEN_AS, Sensitivity
from models.task import Row, Task
from models.what_if import EffectChange, Side
from service.gate.recommendation import Recommendation, Withheld, worded
from service.gate.release import UNSHOWN, visible_params


class Redaction:
    """Hides what somebody who sees only these kinds of values may not see of a task's answers."""

    def __init__(self, task: Task, sees: frozenset[Sensitivity]) -> None:
        self._task, self._sees = task, sees
        self.hidden = {field: kind for field, kind in task.sensitive.items() if kind not in sees}
        """The fields that are hidden, each with its kind."""

    def reasons(self, reasons: Sequence[Reason], row: Row) -> list[dict[str, Any]]:
        """The reasons. Hidden ones of one kind are one, in the place of the strongest."""
        visible, shown = self._visible(row), []
        merged: dict[Sensitivity, dict[str, Any]] = {}
        for each in reasons:
            kind = self.hidden.get(each.field)
            if kind is not None and kind in merged:
                merged[kind]["effect"] += each.effect
                continue
            if kind is None:
                said = self._text(each.field, each.text, visible)
                reason = {"field": each.field, "value": each.value, "effect": each.effect, "text": said}
            else:
                reason = {"field": kind, "value": None, "effect": each.effect, "text": HIDDEN_AS[kind]}
                merged[kind] = reason
            shown.append(reason)
        return shown

    def turns_green(self, changes: Sequence[Change], row: Row) -> list[dict[str, Any]]:
        """The change that turns the subject green; values that were worked out from hidden fields are hidden, too."""
        visible = self._visible(row)
        return [self._change(each, visible) for each in changes]

    def effects(self, changes: Sequence[EffectChange], row: Row) -> list[dict[str, Any]]:
        """The effects of a what-if, ``row`` being the snapshot after it. Hidden ones of one kind are one."""
        visible, shown = self._visible(row), []
        merged: dict[Sensitivity, dict[str, Any]] = {}
        for each in changes:
            kind = self.hidden.get(each.field)
            if kind is not None and kind in merged:
                merged[kind]["effect_before"] += each.before
                merged[kind]["effect_after"] += each.after
                continue
            effect = {
                "field": each.field if kind is None else kind,
                "from": each.from_ if kind is None else None,
                "to": each.to if kind is None else None,
                "effect_before": each.before,
                "effect_after": each.after,
                "text": self._text(each.field, each.text, visible) if kind is None else HIDDEN_AS[kind],
            }
            if kind is not None:
                merged[kind] = effect
            shown.append(effect)
        return shown

    def side(self, side: Side) -> dict[str, Any]:
        """One side of a what-if."""
        return {
            "probability": side.probability,
            "log_odds": side.log_odds,
            "band": side.band,
            "expected": self.expected(side.expected),
            "money_at_risk": self.money(side.money),
        }

    def expected(self, expected: Expected | None) -> dict[str, float] | None:
        """The expected amount."""
        if expected is None or self._hides(self._task.expected_is):
            return None
        return {"p10": expected.p10, "p50": expected.p50, "p90": expected.p90}

    def money(self, money: MoneyAtRisk) -> dict[str, Any]:
        """The money at risk."""
        shown = MoneyAtRisk() if self._hides(self._task.money_is) else money
        return {
            "expected_loss": shown.expected_loss,
            "deferred_amount": shown.deferred_amount,
            "currency": shown.currency,
        }

    def recommendation(self, said: Recommendation, token: str) -> dict[str, Any]:
        """A recommendation. Its token is a signed copy that anybody can read, so it is hidden with any parameter."""
        declared = said.params.model_dump(mode="json")
        params = visible_params(said.action, declared, self._sees)
        unshown = {name for name, value in params.items() if value is None and declared[name] is not None}
        words = {name: UNSHOWN if name in unshown else value for name, value in dict(said.params).items()}
        return {
            "jti": said.jti,
            "action": said.action,
            "params": params,
            "text": worded(said.template, words),
            "requires": {
                "approver_role": said.requires.approver_role,
                "approvals": said.requires.approvals,
                "not": list(said.requires.excluded),
            },
            "expires_at": said.expires_at,
            "token": None if unshown else token,
        }

    @staticmethod
    def withheld(said: Withheld) -> dict[str, Any]:
        """A proposal that was withheld; the words of a verdict hold no figure."""
        return {"action": said.action, "code": said.verdict.codes[0], "reason": said.verdict.reason}

    def _visible(self, row: Row) -> Row:
        """The snapshot with null for what is hidden: whatever is worded or worked out from it tells nothing else."""
        return {field: None if field in self.hidden else value for field, value in row.items()}

    def _text(self, field: str, text: str, visible: Row) -> str:
        words = self._task.words.get(field)
        return text if words is None or not self.hidden else words(visible)

    def _change(self, change: Change, visible: Row) -> dict[str, Any]:
        kind = self.hidden.get(change.field)
        if kind is not None:
            return {"field": kind, "from": None, "to": None, "probability": change.probability}
        known = not self.hidden or change.to in self._task.levers[change.field](visible)
        return {
            "field": change.field,
            "from": change.from_,
            "to": change.to if known else None,
            "probability": change.probability,
        }

    def _hides(self, kind: Sensitivity | None) -> bool:
        return kind is not None and kind not in self._sees
