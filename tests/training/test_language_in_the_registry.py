"""What MLflow is told of language models: their prompts, and replies without a word of any document."""

import json

from click.testing import CliRunner

from ledger.database import registry_url
from prompts.prompt import read_prompts
from service.chains.question import Reply, Route, Tried
from service.chains.tracing import EXPERIMENT, Traces
from training.cli import main

PROMPT = """\
task: sow
about_persons: false
variables: [document]
system: 'Answer like {{"line": …}}.'
user: "{document}"
"""


def written(folder, text=PROMPT, version=1):
    (folder / "classify").mkdir(exist_ok=True)
    (folder / "classify" / f"v{version}.yaml").write_text(text)
    return read_prompts(folder)["classify"]


def test_prompts_are_mirrored_once_each(lab, tmp_path, monkeypatch):
    versions = written(tmp_path)
    monkeypatch.setattr("training.commands.prompts.read_prompts", lambda: {"classify": versions})

    def mirrored():
        ran = CliRunner().invoke(main, ["prompts", "mirror", "--json"], env=lab.as_(None))
        assert ran.exit_code == 0, ran.output
        return [row["version"] for row in json.loads(ran.stdout)["mirrored"]]

    assert (mirrored(), mirrored()) == ([1], [])
    versions.append(written(tmp_path, PROMPT.replace("Answer", "Reply"), version=2)[1])
    assert mirrored() == [2]
    with lab.at_work(None) as here:
        found = here.registry._client.get_prompt_version("classify", 2)
    assert found.tags["sha256"] == versions[1].sha
    assert [part["content"] for part in found.template] == ['Reply like {"line": …}.', "{{document}}"]


def test_a_trace_tells_figures_and_not_a_word_of_what_was_asked_or_said(lab, tmp_path):
    (prompt,) = written(tmp_path)
    reply = Reply(
        value=prompt.model_copy(update={"user": "Acme"}),
        route=Route.SECONDARY,
        prompt=None,
        tried=(Tried(Route.PRIMARY, "html"), Tried(Route.SECONDARY, None)),
        calls=2,
        tokens_in=31,
        tokens_out=7,
        cost=0.5,
    )
    with Traces(registry_url(lab.environ["BELLWETHER_DATABASE_URL"]), tmp_path / "artifacts") as traces:
        traces(prompt, reply, 0.25)
        traces._waiting.put(None)
        traces._thread.join()
    with lab.at_work(None) as here:
        client = here.registry._client
        (trace,) = client.search_traces(locations=[client.get_experiment_by_name(EXPERIMENT).experiment_id])
    (span,) = trace.data.spans
    assert (span.attributes["prompt"], span.attributes["prompt_sha"]) == ("classify v1", prompt.sha)
    assert span.attributes["tried"] == [{"route": "primary", "why": "html"}, {"route": "secondary", "why": None}]
    assert trace.info.execution_duration == 250
    assert json.loads(trace.info.trace_metadata["mlflow.trace.tokenUsage"])["total_tokens"] == 38
    assert "Acme" not in json.dumps(trace.to_dict())
