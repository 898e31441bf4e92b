"""Questions to verdicts: Cedar decides, the verdict words it, and equal questions are asked once."""

from collections.abc import Mapping, Sequence

from service.gate.policy_files import Policies
from service.gate.question import Question
from service.gate.ruling import Cedar, Ruling
from service.gate.verdict import Outcome, Verdict

MOST_REMEMBERED = 65_536
_FAILED = "A policy could not be decided, and what is not decided is not permitted."


class Judge:
    """The policies over the entities; ``versions`` are those of the workflows, by name.

    Verdicts are remembered by the very facts that Cedar is told, which changes none. Safe to share between threads.
    """

    def __init__(self, policies: Policies, cedar: Cedar, policy_version: str, versions: Mapping[str, int]) -> None:
        self._statements = policies.statements
        self._versions = versions
        self._cedar = cedar
        self._policy_version = policy_version
        self._remembered: dict[Question, Verdict] = {}

    def judge(self, questions: Sequence[Question]) -> list[Verdict]:
        """One verdict each, in their order."""
        known = {asked: verdict for asked in questions if (verdict := self._remembered.get(asked)) is not None}
        unknown = list(dict.fromkeys(asked for asked in questions if asked not in known))
        if unknown:
            rulings = self._cedar.rule([asked.request() for asked in unknown])
            new = {asked: self._verdict(asked, ruling) for asked, ruling in zip(unknown, rulings, strict=True)}
            if len(self._remembered) + len(new) > MOST_REMEMBERED:
                self._remembered = {}
            self._remembered.update(new)
            known |= new
        return [known[asked] for asked in questions]

    def _verdict(self, asked: Question, ruling: Ruling) -> Verdict:
        codes, reason = self._worded(asked, ruling)
        return Verdict(
            outcome=Outcome.WITHHELD if codes else Outcome.PERMITTED,
            codes=codes,
            policies=tuple(self._statements[place].id for place in ruling.decided),
            reason=reason,
            policy_version=self._policy_version,
            workflow_version=None if asked.workflow is None else self._versions.get(asked.workflow),
        )

    def _worded(self, asked: Question, ruling: Ruling) -> tuple[tuple[str, ...], str]:
        decided = [self._statements[place] for place in ruling.decided]
        reason = " ".join(statement.reason for statement in decided)
        if ruling.failed:
            return ("policy_error",), _FAILED
        if ruling.permitted and decided:
            return (), reason
        if decided and not ruling.permitted:
            return tuple(statement.id for statement in decided), reason
        undecided = asked.undecided()
        return (undecided.code,), undecided.reason
