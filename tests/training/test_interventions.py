"""What was forecast and what came, by what was done: counted on the firm of fixtures/, where each outcome is known."""

import json

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from models.catalog import TASKS
from models.labels import LABELS, Done
from tests.training.conftest import FIRM
from training.cli import main
from training.interventions import LabelsRefusedError, interventions, read_labels

MILESTONES = TASKS["milestone_miss"]
ACTS = {
    Done.ACTED: ("act", None, "done"),
    Done.NOT_ACTED: ("act", "accept", None),
    Done.DISMISSED: ("act", "dismiss", None),
}


@pytest.fixture(scope="module")
def outcomes(firm):
    """The milestones of the firm at their weekly instants, and what came of them."""
    settings = MILESTONES.settings()
    subjects = MILESTONES.scheduled(firm, settings)
    snapshots = MILESTONES.build(firm, subjects, settings)
    came = MILESTONES.outcome(firm, snapshots, settings)["outcome"]
    return snapshots.select("subject_id", "as_of").with_columns(came=came)


def labelled(rows, done, probability=0.5, task="milestone_miss"):
    """Labels of these rows about which that was done."""
    action, decision, work = ACTS.get(done, (None, None, None))
    said = {"task": task, "action": action, "decision": decision, "work": work, "probability": probability}
    named = rows.select("subject_id", "as_of").with_columns(**{name: pl.lit(value) for name, value in said.items()})
    return named.select(
        *(
            pl.col(name).cast(dtype) if name in named.columns else pl.lit(None, dtype).alias(name)
            for name, dtype in LABELS.items()
        )
    )


def test_each_group_shows_what_was_forecast_what_came_and_how_sure_the_difference_is(firm, outcomes):
    resolved = outcomes.filter(pl.col("came").is_not_null())
    missed, billed = resolved.filter("came"), resolved.filter(~pl.col("came"))
    unresolved = outcomes.filter(pl.col("came").is_null())
    labels = pl.concat([
        labelled(billed[:30], Done.ACTED), labelled(missed[:10], Done.ACTED),
        labelled(missed[10:40], Done.NOT_ACTED), labelled(billed[30:40], Done.NOT_ACTED),
        labelled(missed[40:44], Done.DISMISSED),
        labelled(missed[50:60], Done.NOT_RECOMMENDED, None),
        labelled(unresolved[:5], Done.ACTED),
        labelled(missed[:1], Done.ACTED).with_columns(subject_id=pl.lit("no such milestone")),
    ])  # fmt: skip
    found = interventions(MILESTONES, firm, labels, MILESTONES.settings())
    acted, not_acted, none = found.groups
    assert [(each.done, each.n, each.with_forecast, each.came) for each in found.groups] == [
        ("acted", 40, 40, 0.25), ("not_acted", 40, 40, 0.75), ("no_recommendation", 10, 0, 1.0),
    ]  # fmt: skip
    assert (found.suppressed, found.unresolved, found.unknown) == ([Done.DISMISSED], 5, 1)
    assert (none.forecast, none.difference) == (None, None)
    assert (acted.forecast, acted.difference.value, not_acted.difference.value) == (0.5, -0.25, 0.25)
    for interval in (acted.difference, not_acted.difference, found.acted_less_not):
        assert interval.low <= interval.value <= interval.high
    assert found.acted_less_not.value == -0.5
    assert found.acted_less_not.high < 0


def test_of_persons_groups_of_fewer_than_five_are_left_out_and_cannot_be_told_from_the_rest(firm):
    task, settings = TASKS["unusual_time"], TASKS["unusual_time"].settings()
    snapshots = task.build(firm, task.scheduled(firm, settings), settings)
    persons = snapshots["person_id"].unique().sort().to_list()
    many = snapshots.filter(pl.col("person_id").is_in(persons[4:]))
    few = snapshots.filter(pl.col("person_id").is_in(persons[:4]))
    labels = pl.concat([labelled(many, Done.NOT_ACTED, task=task.name), labelled(few, Done.ACTED, task=task.name)])
    found = interventions(task, firm, labels, settings)
    assert Done.ACTED in found.suppressed
    assert found.acted_less_not is None
    assert found.groups == []  # with a total at hand, the one group would tell of the four


def test_the_command_tells_it_as_text_and_as_json_and_warns(outcomes, tmp_path):
    file = tmp_path / "labels.parquet"
    rows = outcomes.filter(pl.col("came").is_not_null())
    pl.concat([labelled(rows[:100], Done.ACTED), labelled(rows[100:200], Done.NOT_ACTED)]).write_parquet(file)
    words = ["interventions", "milestone_miss", "--records", str(FIRM), "--labels", str(file)]
    text = CliRunner().invoke(main, words)
    assert text.exit_code == 0, text.output
    assert "This is no experiment" in text.stdout
    said = json.loads(CliRunner().invoke(main, [*words, "--json"]).stdout)
    assert [(group["done"], group["n"]) for group in said["groups"]] == [("acted", 100), ("not_acted", 100)]
    assert "This is no experiment" in said["warning"]
    assert np.isfinite(said["acted_less_not"]["low"])
    refused = CliRunner().invoke(main, ["interventions", "staffing_risk", *words[2:]])
    assert (refused.exit_code, "holds no labels of staffing_risk" in refused.stderr) == (1, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda frame: frame.drop("work"), "work"),
        (lambda frame: frame.with_columns(as_of=pl.col("as_of").dt.replace_time_zone(None)), "as_of"),
        (lambda frame: frame.with_columns(probability=pl.lit("half")), "probability"),
    ],
)
def test_a_file_that_holds_no_labels_is_refused_by_column(outcomes, tmp_path, change, said):
    file = tmp_path / "labels.parquet"
    change(labelled(outcomes[:9], Done.ACTED)).write_parquet(file)
    with pytest.raises(LabelsRefusedError, match=said):
        read_labels(MILESTONES, file)
    file.write_text("not Parquet")
    with pytest.raises(LabelsRefusedError, match="cannot be read"):
        read_labels(MILESTONES, file)
