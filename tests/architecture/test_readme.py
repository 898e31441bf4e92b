"""What the documents tell people to type exists, and what is marked as executed is."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

import service.cli
import training.cli
from service.settings import PREFIX, Settings

REPOSITORY = Path(__file__).parents[2]
DOCUMENTS = (
    "README.md",
    "DEVELOPERS.md",
    "docs/architecture.md",
    "docs/audit.md",
    "docs/verifying.md",
    "docs/workflows.md",
    "fixtures/mappings/README.md",
)
PROGRAMS = {"bellwether": service.cli.main, "bellwether-lab": training.cli.main}
BLOCK = re.compile(r"(<!-- executed -->\n)?```bash\n(.*?)```", re.DOTALL)
ASSIGNMENT = re.compile(r"[A-Z_]+=\S*")
PLACEHOLDER = re.compile(r"[A-Z]+(\.yaml)?")


def blocks():
    for name in DOCUMENTS:
        for executed, text in BLOCK.findall((REPOSITORY / name).read_text(encoding="utf-8")):
            yield name, bool(executed), text


def commands():
    """Each call of a program in the documents, without the shell around it."""
    for name, _, text in blocks():
        for call in calls(text):
            words = shlex.split(re.sub(r"^\w+=\$\((.*)\)$", r"\1", call), comments=True)
            while words and ASSIGNMENT.fullmatch(words[0]):
                words.pop(0)
            if words and (words[0] in PROGRAMS or words[0] == "make"):
                yield name, tuple(words)


def calls(script):
    """The commands of a script, each as one text whatever its lines."""
    call = ""
    for line in script.replace("\\\n", " ").splitlines():
        call += line + "\n"
        if call.count("'") % 2 == 0:
            yield call.strip()
            call = ""


COMMANDS = sorted(set(commands()))


def test_the_documents_show_every_command():
    shown = {words[:2] for _, words in COMMANDS}
    for program, group in PROGRAMS.items():
        names = group.list_commands(click.Context(group))
        assert {(program, name) for name in names} - shown == set()


@pytest.mark.parametrize(
    ("document", "words"), COMMANDS, ids=lambda value: value if isinstance(value, str) else "-".join(value[:3])
)
def test_what_one_is_told_to_type_exists(document, words):
    if words[0] == "make":
        targets = re.findall(r"^([a-z][\w-]*):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)
        benchmarks = set((REPOSITORY / "tests/benchmarks").glob("*.py")) - {REPOSITORY / "tests/benchmarks/figures.py"}
        targets += [f"bench-{file.stem}".replace("_", "-") for file in benchmarks]
        asked = [word for word in words[1:] if "=" not in word]
        assert set(asked) <= set(targets)
        return
    command, rest = PROGRAMS[words[0]], list(words[1:])
    while isinstance(command, click.Group):
        name = rest.pop(0)
        command = command.get_command(click.Context(command), name)
        assert command is not None, f"{document}: no command {name}"
    if not any(PLACEHOLDER.fullmatch(word) for word in rest):
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= options


def test_the_readme_tells_of_every_setting():
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} - set(
        re.findall(r"BELLWETHER_[A-Z]+(?:_[A-Z]+)*", text)
    ) == set()


@pytest.mark.parametrize("document", sorted({name for name, executed, _ in blocks() if executed}))
def test_what_is_marked_as_executed_works(document, home):
    (home / "fixtures").symlink_to(REPOSITORY / "fixtures")
    script = "\n".join(text for name, executed, text in blocks() if executed and name == document)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("BELLWETHER_")}
    environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environ['PATH']}"
    ran = subprocess.run(
        ["bash", "-eu", "-c", script],
        cwd=home,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
