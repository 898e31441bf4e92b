"""A predictor as files: the same scores to the bit, no pickle, and a refusal of what was made elsewhere."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from models.artifact import BOOSTER_FILE, DOCUMENT_FILE, ArtifactRefused, digest, load, save

ROOT = Path(__file__).parents[2]


@pytest.fixture(name="folder")
def _folder(predictor, tmp_path: Path) -> Path:
    save(predictor, tmp_path)
    return tmp_path


def edit(folder: Path, change) -> None:
    path = folder / DOCUMENT_FILE
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def test_a_loaded_predictor_scores_and_explains_the_same_to_the_bit(predictor, folder, snapshots):
    loaded, some = load(folder), snapshots.sample(1_000, seed=5)
    before, after = predictor.score(some, explain=True), load(folder).score(some, explain=True)
    assert loaded.score(some).log_odds.tobytes() == predictor.score(some).log_odds.tobytes()
    assert after.probability.tobytes() == before.probability.tobytes()
    assert after.effects.tobytes() == before.effects.tobytes()
    assert (after.base, after.bands) == (before.base, before.bands)
    parts = ("task", "settings", "features", "calibration", "bands")
    assert [getattr(loaded, part) for part in parts] == [getattr(predictor, part) for part in parts]


def test_an_artifact_is_two_text_files_and_saving_again_writes_the_same(folder, tmp_path_factory):
    assert {path.name for path in folder.iterdir()} == {BOOSTER_FILE, DOCUMENT_FILE}
    again = tmp_path_factory.mktemp("again")
    save(load(folder), again)
    for path in folder.iterdir():
        assert (again / path.name).read_text() == path.read_text()


@pytest.mark.parametrize(
    ("field", "found"), [("format", 0), ("format", None), ("lightgbm", "3.3"), ("snapshot", "0123456789abcdef")]
)
def test_an_artifact_of_another_environment_is_refused_and_says_what_differs(folder, field, found):
    edit(folder, lambda document: document["environment"].update({field: found}))
    with pytest.raises(ArtifactRefused, match=f"has {field} {found!r}; expected") as refused:
        load(folder)
    assert refused.value.field == field


@pytest.mark.parametrize("version", ["python", "numpy"])
def test_another_python_or_numpy_is_recorded_and_no_reason_to_refuse(folder, version):
    edit(folder, lambda document: document["environment"].update({version: "0.0"}))
    assert load(folder).task == "missing_time"


def test_a_task_that_is_not_in_the_catalog_is_refused(folder):
    edit(folder, lambda document: document.update(task="fortune_telling"))
    with pytest.raises(ArtifactRefused, match="task 'fortune_telling'"):
        load(folder)


def test_a_document_of_another_kind_is_refused(folder):
    (folder / DOCUMENT_FILE).write_text("{}")
    with pytest.raises(ArtifactRefused, match="has format None"):
        load(folder)


def test_a_digest_names_the_files_to_the_byte_and_can_be_made_by_hand(folder):
    named = digest(folder)
    by_hand = subprocess.run(
        ["bash", "-c", "(LC_ALL=C; sha256sum * | sha256sum)"], cwd=folder, capture_output=True, text=True, check=True
    )
    assert by_hand.stdout.split()[0] == named
    file = folder / BOOSTER_FILE
    file.write_bytes(file.read_bytes() + b"\n")
    assert digest(folder) != named


LOAD_ALONE = """
import importlib.abc, sys
from pathlib import Path

class Blocked(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"training", "service", "ledger", "mlflow", "fastapi", "sqlalchemy"}:
            raise ImportError(f"{name} is not installed here")

sys.meta_path.insert(0, Blocked())
from models.artifact import load
print(load(Path(sys.argv[1])).task)
"""


def test_an_artifact_loads_where_only_models_is_installed(folder):
    done = subprocess.run(
        [sys.executable, "-c", LOAD_ALONE, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("missing_time", "")
