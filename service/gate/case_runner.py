"""Policies tried on their cases: which answers are not as expected, and which policies no case decides both ways."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.gate.entities import entities
from service.gate.gate_sample import Sample
from service.gate.judge import Judge
from service.gate.mistakes import GateFilesRefused, Mistake
from service.gate.policy_cases import ENDING, PolicyCase, cases_file, read_cases
from service.gate.policy_files import RESERVED_CODES, Policies, Statement
from service.gate.ruling import Cedar
from service.gate.verdict import Verdict

_ERROR = "policy_error"


@dataclass(frozen=True, slots=True)
class Tried:
    """A case, and what the gate said."""

    case: PolicyCase
    verdict: Verdict

    @property
    def as_expected(self) -> bool:
        return frozenset(self.verdict.codes) == self.case.codes

    def mistake(self) -> Mistake:
        """How the answer differs."""
        expected, got = _worded(self.case.codes), _worded(self.verdict.codes)
        erred = f" by {', '.join(self.verdict.policies)}" if _ERROR in self.verdict.codes else ""
        reason = f"{self.case.kind}: {self.case.name!r}: expected {expected}, got {got}{erred}"
        return Mistake(self.case.file, self.case.line, reason)


@dataclass(frozen=True, slots=True)
class Decided:
    """How often a policy is among those that decide a case beside it (``does``), and how often it is not.

    Only cases of a kind of question in which the policy decides some case are counted. Where a policy forbids, whether
    another one would have permitted is not to be seen, and so such a case says nothing of a policy that permits.
    """

    statement: Statement
    does: int
    does_not: int

    def mistakes(self) -> Iterator[Mistake]:
        """What its cases lack."""
        for count, lacks in ((self.does, "decides"), (self.does_not, "does not decide")):
            if not count:
                beside = cases_file(self.statement.file).name
                reason = f"no case in {beside} shows a question that policy {self.statement.id!r} {lacks}"
                yield Mistake(self.statement.file, self.statement.line, reason)


@dataclass(frozen=True, slots=True)
class Trial:
    """All cases of some policy files, and what they say of each of the policies."""

    tried: tuple[Tried, ...]
    decided: tuple[Decided, ...]

    def mistakes(self) -> list[Mistake]:
        """Every case that is not as expected, and every policy that is not decided both ways."""
        return [
            *(each.mistake() for each in self.tried if not each.as_expected),
            *(mistake for each in self.decided for mistake in each.mistakes()),
        ]


def cases_of(policies: Policies, folder: Path, sample: Sample) -> list[PolicyCase]:
    """All cases of the policy files of a folder.

    Raises GateFilesRefused with every mistake in them, a policy file without cases and cases without policies.
    """
    codes = {statement.id for statement in policies.statements} | RESERVED_CODES
    files = [file for file in policies.texts if file.parent == folder and file.suffix == ".cedar"]
    expected = {cases_file(file): file for file in files}
    mistakes = [
        Mistake(file, 1, f"there is no policy file {file.name.removesuffix(ENDING)}.cedar that this could try")
        for file in sorted(folder.glob(f"*{ENDING}"))
        if file not in expected
    ]
    found: list[PolicyCase] = []
    for file, policy_file in expected.items():
        if not file.exists():
            lacking = [each for each in policies.statements if each.file == policy_file]
            mistakes += [_missing(each) for each in lacking]
            continue
        try:
            found += read_cases(file, sample, codes)
        except GateFilesRefused as refused:
            mistakes += refused.mistakes
    if mistakes:
        raise GateFilesRefused(mistakes)
    return found


def try_cases(policies: Policies, sample: Sample, cases: Sequence[PolicyCase]) -> list[Tried]:
    """What these policies say of each case, in their order."""
    versions = {name: workflow.version for name, workflow in sample.workflows.by_name.items()}
    judge = Judge(policies, Cedar(policies, entities(sample.workflows, sample.tables)), "sample", versions)
    verdicts = judge.judge([case.question for case in cases])
    return [Tried(case, verdict) for case, verdict in zip(cases, verdicts, strict=True)]


def try_policies(policies: Policies, folder: Path, sample: Sample) -> Trial:
    """The policies of a folder, tried on the cases beside them, all other policies being there too.

    Raises GateFilesRefused where the cases cannot be read; what they show is the trial's to say.
    """
    tried = tuple(try_cases(policies, sample, cases_of(policies, folder, sample)))
    here = [statement for statement in policies.statements if statement.file.parent == folder]
    return Trial(tried, tuple(_decided(statement, tried) for statement in here))


def _missing(statement: Statement) -> Mistake:
    reason = f"{cases_file(statement.file).name} is missing, which tries {statement.id!r}"
    return Mistake(statement.file, statement.line, reason)


def _decided(statement: Statement, tried: Sequence[Tried]) -> Decided:
    beside = [each for each in tried if each.case.file == cases_file(statement.file)]
    clear = [each for each in beside if _ERROR not in each.verdict.codes and _tells(statement, each.verdict)]
    does = [each for each in clear if statement.id in each.verdict.policies]
    kinds = {each.case.kind for each in does}
    return Decided(statement, len(does), sum(each.case.kind in kinds for each in clear) - len(does))


def _tells(statement: Statement, verdict: Verdict) -> bool:
    return statement.effect == "forbid" or verdict.permitted or not verdict.policies


def _worded(codes: Collection[str]) -> str:
    return ", ".join(sorted(codes)) or "permitted"
