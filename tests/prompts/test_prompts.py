"""Prompts as files: checked when read, filled without executing anything."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.prompt import PromptRefused, read_prompt, read_prompts

GOOD = """\
task: sow
about_persons: false
variables: [labels, document]
system: |
  One of {labels}. Answer like {{"label": …}}.
user: "{document}"
"""


@pytest.fixture(scope="module")
def prompt(tmp_path_factory):
    return read_prompt(written(tmp_path_factory.mktemp("prompts") / "classify", "v1.yaml", GOOD))


def written(folder, name, text):
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_a_prompt_is_named_by_its_file_and_by_the_hash_of_its_bytes(prompt):
    assert (prompt.name, prompt.version, prompt.task, prompt.about_persons) == ("classify", 1, "sow", False)
    assert prompt.sha == sha256(GOOD.encode()).hexdigest()
    assert prompt.variables == {"labels", "document"}


@given(document=st.text(), labels=st.text())
def test_whatever_fills_a_prompt_stands_in_it_as_it_is(prompt, document, labels):
    system, user = prompt.filled({"labels": labels, "document": document})
    assert user == document
    assert system == f'One of {labels}. Answer like {{"label": …}}.\n'


@pytest.mark.parametrize("values", [{}, {"labels": "a"}, {"labels": "a", "document": "b", "more": "c"}])
def test_other_variables_than_the_prompt_takes_are_refused(prompt, values):
    with pytest.raises(ValueError, match="takes the variables document, labels"):
        prompt.filled(values)


def test_mlflow_writes_variables_in_double_braces(prompt):
    assert prompt.mustached() == [
        ("system", 'One of {{labels}}. Answer like {"label": …}.\n'),
        ("user", "{{document}}"),
    ]


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("v1.yml", GOOD, "expected a file v1.yaml"),
        ("v01.yaml", GOOD, "expected a file v1.yaml"),
        ("v0.yaml", GOOD, "expected a file v1.yaml"),
        ("v1.yaml", GOOD.replace("{document}", "{document.__class__}"), "expected a plain name"),
        ("v1.yaml", GOOD.replace("{document}", "{document[0]}"), "expected a plain name"),
        ("v1.yaml", GOOD.replace("{document}", "{document!r}"), "expected a plain name"),
        ("v1.yaml", GOOD.replace("{document}", "{document:>999999999}"), "expected a plain name"),
        ("v1.yaml", GOOD.replace("{document}", "{}"), "expected a plain name"),
        ("v1.yaml", GOOD.replace("{document}", "{document"), "unbalanced braces"),
        ("v1.yaml", GOOD.replace("{document}", "nothing"), r"not used.*\['document'\]"),
        ("v1.yaml", GOOD.replace("[labels, document]", "[document]"), r"not declared.*\['labels'\]"),
        ("v1.yaml", GOOD.replace("task: sow\n", ""), "task: Field required"),
        ("v1.yaml", GOOD.replace("false", "7"), "about_persons: "),
        ("v1.yaml", GOOD + "tools: [shell]\n", "tools: Extra inputs"),
        ("v1.yaml", "- a list", "the file: "),
        ("v1.yaml", "a: [", "cannot be read as YAML"),
        ("v1.yaml", "!!python/object/apply:os.getcwd []", "cannot be read as YAML"),
    ],
)
def test_a_file_that_is_no_prompt_is_refused_with_a_sentence(tmp_path, name, text, why):
    with pytest.raises(PromptRefused, match=why):
        read_prompt(written(tmp_path / "classify", name, text))


def test_versions_are_read_oldest_first_and_without_a_gap(tmp_path):
    for version in (10, *range(1, 10)):
        written(tmp_path / "classify", f"v{version}.yaml", GOOD)
    assert [prompt.version for prompt in read_prompts(tmp_path)["classify"]] == list(range(1, 11))
    (tmp_path / "classify" / "v4.yaml").unlink()
    with pytest.raises(PromptRefused, match="without a gap"):
        read_prompts(tmp_path)


def test_the_prompts_that_ship_can_be_read():
    assert all(prompt.sha for versions in read_prompts().values() for prompt in versions)
