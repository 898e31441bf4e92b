"""The small workflow and the tables on which the cases of policies are tried, so that no firm's change alters them."""

from dataclasses import dataclass
from pathlib import Path

from service.gate.mistakes import GateFilesRefused, Mistake, read_gate_file
from service.gate.policy_questions import SAMPLE
from service.gate.tables import Tables, load_tables
from service.gate.workflow_files import WorkflowFile, Workflows, read_workflow

_FOLDER = Path(__file__).parent / "sample"


@dataclass(frozen=True, slots=True)
class Sample:
    """What policies look up while their cases are tried."""

    workflows: Workflows
    tables: Tables


def sample(loaded: Workflows | None = None) -> Sample:
    """The sample, beside the ``loaded`` workflows where a firm's cases may name those.

    Raises GateFilesRefused where one of them has the sample's name.
    """
    file = _FOLDER / "workflow.yaml"
    text = read_gate_file(file)
    own = {SAMPLE: WorkflowFile(file, text, read_workflow(file, text))}
    files = dict(loaded.files) if loaded else {}
    if SAMPLE in files:
        reason = f"the name {SAMPLE!r} is that of the workflow on which policies are tried; take another"
        raise GateFilesRefused([Mistake(files[SAMPLE].file, 1, reason)])
    files |= own
    workflows = Workflows({name: each.workflow for name, each in files.items()}, files, own[SAMPLE].digest)
    return Sample(workflows, load_tables(_FOLDER / "tables.yaml"))
