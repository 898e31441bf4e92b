"""Nothing is imported where no model is set, and nobody is told what is asked where one is."""

import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import json, sys
from service.chains.building import chain_of
from service.language_settings import LanguageSettings
from service.metrics import Metrics

def of_language_models():
    return sorted({name.split(".")[0] for name in sys.modules} & {"langchain", "langchain_core", "langsmith", "openai"})

unset = chain_of(LanguageSettings(), lambda *_: None, Metrics())
with unset:
    unset.ask_all([], unset.budget())
before = of_language_models()

from tests.service.chains.conftest import question
from prompts.prompt import read_prompt
from pathlib import Path
import service.chains.building as building
prompt = read_prompt(Path(sys.argv[2]))
building.read_prompts = lambda: {"classify": [prompt]}
model = {"provider": "openai", "model": "m", "base_url": sys.argv[1], "inside": True}
with chain_of(LanguageSettings(primary=model), lambda *_: None, Metrics()) as chain:
    reply = chain.ask(question(), chain.budget())
from langsmith import utils
print(json.dumps([before, of_language_models(), reply.value is not None]))
"""


def test_nothing_is_imported_before_a_model_is_set_and_langsmith_hears_nothing_then(fake_llm, tmp_path):
    file = tmp_path / "classify" / "v1.yaml"
    file.parent.mkdir()
    file.write_text('task: sow\nabout_persons: false\nvariables: [document]\nsystem: Which line?\nuser: "{document}"\n')
    with type(fake_llm)() as langsmith:
        told = langsmith.url("good").removesuffix("/v1")
        hostile = {
            "LANGSMITH_TRACING": "true",
            "LANGSMITH_TRACING_V2": "true",
            "LANGCHAIN_TRACING_V2": "true",
            "LANGSMITH_ENDPOINT": told,
            "LANGCHAIN_ENDPOINT": told,
            "LANGSMITH_RUNS_ENDPOINTS": json.dumps({told: "key"}),
            "LANGSMITH_API_KEY": "key",
            "OPENAI_LOG": "debug",
        }
        ran = subprocess.run(
            [sys.executable, "-c", SCRIPT, fake_llm.url(), str(file)],
            cwd=Path(__file__).parents[3],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), **hostile},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        assert langsmith.connections == 0
    before, after, answered = json.loads(ran.stdout.splitlines()[-1])
    assert before == []
    assert {"langchain", "openai"} <= set(after)
    assert answered
    assert "Acme" not in ran.stdout + ran.stderr
