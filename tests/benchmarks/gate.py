"""Whether the gate lets out what it must not, what it costs, and whether its proofs hold.

    python tests/benchmarks/gate.py [--cases N] [--seed S] [--rows N] [--only PART ...] [--out DIR]

A million generated proposals are held against the workflow files, read as plain YAML, and against the same rules in
plain Python; then come policies with a mistake in each, an audit chain that somebody tampered with, and tokens that
were tampered with, which Node and Python are to refuse by the snippets of ``docs/verifying.md``. Writes ``gate.md`` and
``gate.json``; exits 1 where an aim is missed.
"""

import argparse
import datetime as dt
import io
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from figures import Figure, at_least, at_most, reported, say, write
from gating.asked import Engines, raw_workflows
from gating.cost import cost
from gating.million import Found, held_against
from gating.mutation import DROPPED, NEGATED, scores
from gating.plain import plain_tables, plain_workflows
from gating.questions import Questions

from ledger import embedded
from ledger.database import database_url, engine
from ledger.home import private_folder
from ledger.migrate import migrate
from service.gate.gate import Gate
from service.gate.gate_files import load_gate
from service.gate.gate_sample import sample
from service.gate.policy_files import SHIPPED_POLICIES, load_policies
from service.gate.tables import SHIPPED_TABLES
from service.gate.workflow_files import SHIPPED_WORKFLOWS
from service.logs import configure_logs
from service.settings import Settings
from service.wiring import opened

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))  # the tests' own tables of attacks are no package that is installed
from tests.ledger.tampering import grown, rows_a_second, tampered  # noqa: E402
from tests.service.conftest import served  # noqa: E402
from tests.service.gate.token_attacks import token_attacks  # noqa: E402

CASES, SEED, ROWS = 1_000_000, 1, 10_000
OTHERS = 5
"""One question of another kind for so many proposals."""
RESIDENCY = {"DE": frozenset({"DE", "EU"}), "GB": frozenset({"GB"})}
"""The shipped table lets no text out, so that there would be nothing to find."""
OUTSIDE = ("workflow", "step", "role", "limit", "floor", "budget", "expiry", "purpose", "stop")
TOLD = """
Proposals are generated from a seed: most of them nearly right, often just at a floor, a limit, an age or the last alert
of a budget. *Outside* compares each recommendation with its workflow's file, read as plain YAML. The oracle is
`tests/benchmarks/gating/rules.py`: the same rules in plain Python, which know nothing of the gate. Costs are CPU time
on one core, the least of some batches: they are those of this machine, their ratios are not. A mutant is a policy with
one mistake; it is noticed where a case beside the policy is answered otherwise than it expects.
"""
"""What the page says above the figures."""


def proposals(given: argparse.Namespace) -> Iterator[Figure]:
    """Generated proposals: what was outside, and where gate and rules disagree."""
    found, files = Found(), raw_workflows(SHIPPED_WORKFLOWS)
    calls = Engines(files, given.seed).calls(given.cases)
    for found in held_against(load_gate(), calls, plain_workflows(SHIPPED_WORKFLOWS), files):
        if found.cases % 50_000 == 0:
            say(f"{found.cases:,} of {given.cases:,} proposals, {found.recommended:,} recommended")
    yield reported("proposals generated", found.cases, found.cases)
    yield reported("recommended", found.recommended, found.cases)
    for name in OUTSIDE:
        yield at_most(f"recommendations outside {name}", found.outside[name], 0, "", found.recommended)
    agreed = 1 - found.disagreements / found.cases
    yield at_least("verdicts as the rules in plain Python say, code for code", agreed, 1.0, found.cases)
    for code, count in sorted(found.codes.items()):
        yield reported(f"withheld: {code}", count, found.cases)


def questions(given: argparse.Namespace) -> Iterator[Figure]:
    """Decisions, kill switches, texts and the table of who sees what."""
    shipped, tables = load_gate(), plain_tables(SHIPPED_TABLES.read_text(encoding="utf-8"))
    gate = Gate(shipped.policies, shipped.workflows, replace(shipped.tables, residency=RESIDENCY))
    asked = Questions(gate, plain_workflows(SHIPPED_WORKFLOWS), replace(tables, residency=RESIDENCY), given.seed)
    say("decisions, kill switches, texts")
    counts = Counter(asked.agreed(given.cases // OTHERS))
    for kind in ("decision", "kill switch", "informing", "text route", "sight"):
        n = counts[kind, True] + counts[kind, False]
        yield at_least(f"{kind}: as the rules say", counts[kind, True] / n, 1.0, n)


def costs(_given: argparse.Namespace) -> Iterator[Figure]:
    """What a subject costs."""
    say("cost")
    yield from cost()


def mutants(_given: argparse.Namespace) -> Iterator[Figure]:
    """Policies with a mistake."""
    say("policies with a mistake")
    for score in scores(load_policies(), SHIPPED_POLICIES, sample()):
        name, noticed = f"policies {score.sort}: noticed by the cases", score.killed / score.mutants
        must = score.sort in {DROPPED, NEGATED}
        yield at_least(name, noticed, 1.0, score.mutants) if must else reported(name, noticed, score.mutants)


def chain(given: argparse.Namespace) -> Iterator[Figure]:
    """An audit chain that somebody tampered with."""
    say(f"an audit chain of {given.rows:,} rows")
    with _home() as home:
        own = engine(database_url({"BELLWETHER_HOME": str(home)}))
        migrate(own)
        made = grown(own, home, given.rows)
        by_name: dict[str, list[bool]] = {}
        for each in tampered(made):
            by_name.setdefault(each.name, []).append(each.got == each.expected)
        speed = rows_a_second(made)
        own.dispose()
    for name, right in by_name.items():
        yield at_least(f"audit, {name}: found, and the row named", sum(right) / len(right), 1.0, len(right))
    yield reported("audit: rows verified a second", speed, given.rows)


def tokens(_given: argparse.Namespace) -> Iterator[Figure]:
    """Tokens that somebody tampered with, and both snippets of the documentation."""
    say("tokens")
    configure_logs(io.StringIO())
    now = dt.datetime.now(dt.UTC)
    with _home() as home, opened(Settings(home=home), now=now) as services, served(services) as client:
        refused = list(token_attacks(services, str(client.base_url).rstrip("/")))
    for attack, by_python, by_javascript in refused:
        yield at_least(f"tokens, {attack}: refused by both snippets", float(by_python and by_javascript), 1.0, 2)


@contextmanager
def _home() -> Iterator[Path]:
    """A deployment's folder with a PostgreSQL of its own, and no longer than it takes."""
    with tempfile.TemporaryDirectory(prefix="bw-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        home = private_folder(Path(folder) / "home")
        try:
            yield home
        finally:
            embedded.leave(home)


PARTS: Mapping[str, Callable[[argparse.Namespace], Iterator[Figure]]] = {
    "proposals": proposals,
    "questions": questions,
    "cost": costs,
    "mutants": mutants,
    "chain": chain,
    "tokens": tokens,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--rows", type=int, default=ROWS, help="of the audit chain")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    given = parser.parse_args()
    figures = [figure for name in given.only for figure in PARTS[name](given)]
    return write("gate", "The gate", TOLD, figures, given.out)


if __name__ == "__main__":
    sys.exit(main())
