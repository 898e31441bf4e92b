"""Where the demo lives: an empty folder, alone in it, and never in somebody's own."""

import fcntl

import pytest

from service.commands.exit import Refused
from service.demo.home import LOCK, chosen, emptied


def test_the_home_is_the_one_that_is_named(tmp_path):
    named = tmp_path / "named"
    assert chosen({"BELLWETHER_HOME": str(named)}, tmp_path) == named


def test_the_home_is_beside_where_one_stands(home):
    assert chosen({}, home) == home / ".bellwether" / "demo"


@pytest.mark.parametrize("unusable", ["with space", "x" * 90])
def test_where_postgresql_could_not_run_the_home_is_the_users_own(home, monkeypatch, unusable):
    monkeypatch.setenv("XDG_DATA_HOME", str(home))
    (home / unusable).mkdir()
    assert chosen({}, home / unusable) == home / "bellwether-demo"


def test_what_an_earlier_demo_left_is_gone(home):
    with emptied(home):
        (home / "records").mkdir()
        (home / "serve.log").write_text("left")
    with emptied(home):
        assert [entry.name for entry in home.iterdir()] == [LOCK]


def test_a_folder_that_no_demo_made_is_left_alone(home):
    (home / "precious").write_text("keep")
    with pytest.raises(Refused, match="no demo made"), emptied(home):
        pass
    assert (home / "precious").read_text() == "keep"


def test_two_demos_do_not_share_a_folder(home):
    with (home / LOCK).open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(Refused, match="another demo runs"), emptied(home):
            pass
