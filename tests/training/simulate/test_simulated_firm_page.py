"""docs/simulated-firm.md tells every constant of the simulated firm as the code has it."""

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import numpy as np
import pytest

import training.simulate
from training.simulate.truth import TRUTHS

PAGE = (Path(__file__).parents[3] / "docs" / "simulated-firm.md").read_text(encoding="utf-8")
TOLD = re.findall(r"`([a-z_]+)\.([A-Z_]+)(?:\.([a-z_]+))? = ([^`]+)`", PAGE)
MODULES = [module.name for module in pkgutil.iter_modules(training.simulate.__path__)]


def plain(value):
    """Arrays and lists as tuples, as the page writes them."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return tuple(plain(each) for each in value) if isinstance(value, list | tuple) else value


def own_constants(module):
    """The names in capitals that a module itself sets."""
    tree = ast.parse(Path(importlib.import_module(f"training.simulate.{module}").__file__).read_text(encoding="utf-8"))
    targets = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    names = [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
    return [name for name in names if name.isupper()]


def numbers_in(value):
    if isinstance(value, dict):
        return any(numbers_in(each) for each in value.values())
    return any(map(numbers_in, value)) if isinstance(value, tuple) else isinstance(value, int | float)


def constant(module, name, field=""):
    value = getattr(importlib.import_module(f"training.simulate.{module}"), name)
    return plain([getattr(each, field) for each in value] if field else value)


@pytest.mark.parametrize(("module", "name", "field", "value"), TOLD)
def test_a_constant_is_what_the_page_says(module, name, field, value):
    assert ast.literal_eval(value) == constant(module, name, field)


@pytest.mark.parametrize("module", MODULES)
def test_every_constant_that_holds_numbers_is_on_the_page(module):
    told = {name for of, name, *_ in TOLD if of == module}
    missing = [
        name for name in own_constants(module) if name not in told and numbers_in(constant(module, name))
    ]  # fmt: skip
    assert missing == []


def test_no_constant_is_told_twice():
    names = [entry[:3] for entry in TOLD]
    assert len(names) == len(set(names)) > 300


def test_every_row_of_the_table_gives_a_reason():
    rows = [line for line in PAGE.splitlines() if re.match(r"\| `[a-z_]+\.[A-Z_]", line)]
    assert len(rows) > 100
    assert all(len(row.strip("| ").split(" | ")[-1]) >= len("chosen") for row in rows)


@pytest.mark.parametrize("task", TRUTHS)
def test_the_page_tells_how_each_truth_is_computed_and_how_high_the_ceiling_is(task):
    assert len(re.findall(rf"^\| `{task}` \|", PAGE, flags=re.MULTILINE)) == 2
