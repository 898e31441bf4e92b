import hashlib

import mlflow
import pytest

from ledger.database import sibling
from service.champions import Champions
from service.readiness import Finding

TASK = "missing_time"


@pytest.fixture
def registry(home, database):
    """A real registry in which versions can be registered as training does it."""
    uri = sibling(database, "mlflow")
    client = mlflow.MlflowClient(uri, uri)
    artifacts = home / "mlflow-artifacts"
    client.create_registered_model(TASK)

    class Registry:
        tracking_uri = uri

        def register(self, text, digest=None):
            number = len(client.search_model_versions(f"name='{TASK}'")) + 1
            source = artifacts / str(number)
            (source / "artifacts" / "predictor").mkdir(parents=True)
            (source / "artifacts" / "predictor" / "words.txt").write_text(text)
            tags = {"trainer": "ada", "promoter": "grace"} | ({"digest": digest} if digest else {})
            version = client.create_model_version(TASK, source.as_uri(), tags=tags).version
            client.set_registered_model_alias(TASK, "champion", version)

        def withdraw(self):
            client.delete_registered_model_alias(TASK, "champion")

    return Registry()


def _load(folder):
    words = (folder / "words.txt").read_text()
    if words == "broken":
        raise ValueError("made for another environment")
    return words


def digest_of(words):
    """What `models.artifact.digest` says of one file with these words."""
    line = f"{hashlib.sha256(words.encode()).hexdigest()}  words.txt\n"
    return hashlib.sha256(line.encode()).hexdigest()


def _champions(uri, home, served):
    return Champions(
        uri, [TASK], _load, folder=home / "champions", refresh_seconds=3600, serves=lambda *what: served.append(what)
    )


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_the_version_with_the_alias_serves_and_nothing_worse_than_the_last_one_replaces_it(registry, home):
    served = []
    with _champions(registry.tracking_uri, home, served) as champions:
        assert champions.get(TASK) is None
        assert champions.finding(TASK).why.startswith("no version has the alias champion")

        registry.register("first")
        champions.refresh()
        champion = champions.get(TASK)
        assert (champion.version, champion.predictor) == ("1", "first")
        assert (champion.trainer, champion.promoter) == ("ada", "grace")
        assert champions.finding(TASK) == Finding(ok=True, why=None)

        champions.refresh()
        assert champions.get(TASK).predictor is champion.predictor
        assert champions.get(TASK).digest == champion.digest == digest_of("first")

        registry.register("broken")
        champions.refresh()
        assert champions.get(TASK).version == "1"
        assert champions.finding(TASK) == Finding(
            ok=True, why="version 2 cannot be loaded (ValueError, see the log); version 1 keeps serving"
        )

        registry.register("third", digest_of("third"))
        champions.refresh()
        assert (champions.get(TASK).predictor, champions.get(TASK).digest) == ("third", digest_of("third"))

        registry.register("altered", digest_of("as it was trained"))
        champions.refresh()
        assert champions.get(TASK).version == "3"
        assert "version 4 cannot be loaded (ArtifactRefused" in champions.finding(TASK).why

        registry.withdraw()
        champions.refresh()
        assert champions.get(TASK) is None
        assert not champions.finding(TASK).ok
    assert served == [(TASK, "1"), (TASK, "3")]


def test_a_registry_out_of_reach_is_said_and_an_unknown_task_has_no_champion(home):
    champions = _champions("http://127.0.0.1:1", home, [])
    champions.refresh()
    assert champions.get(TASK) is None
    assert champions.get("no_such_task") is None
    assert champions.finding(TASK).why.startswith("the model registry does not answer")
