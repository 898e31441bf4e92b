"""The house as it was drawn: small modules, and nothing that is missing from a wheel."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

REPOSITORY = Path(__file__).parents[2]
ROOMS = ("ledger", "models", "prompts", "service", "training")
MOST_LINES = 400
DATA = {".cedar", ".cedarschema", ".mako", ".yaml"}


def modules():
    places = [*ROOMS, "tests", "fixtures"]
    return [file for place in places for file in sorted((REPOSITORY / place).rglob("*.py"))]


@pytest.mark.parametrize("module", modules(), ids=lambda file: str(file.relative_to(REPOSITORY)))
def test_a_module_can_be_read_in_one_go(module):
    assert len(module.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The names of the files in the wheel."""
    folder, source = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", *ROOMS):
        (source / name).symlink_to(REPOSITORY / name)
    build = "import sys; from setuptools.build_meta import build_wheel; print(build_wheel(sys.argv[1]))"
    made = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", build, str(folder)],
        cwd=source, capture_output=True, text=True, check=True,
    )  # fmt: skip
    with ZipFile(folder / made.stdout.splitlines()[-1]) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("room", ROOMS)
def test_the_wheel_holds_all_of_a_room(wheel, room):
    files = [file for file in (REPOSITORY / room).rglob("*") if file.suffix in {".py", *DATA}]
    assert {str(file.relative_to(REPOSITORY)) for file in files} - wheel == set()


def test_the_wheel_holds_nothing_but_the_rooms(wheel):
    assert {name.split("/")[0] for name in wheel if ".dist-info/" not in name} == set(ROOMS)
