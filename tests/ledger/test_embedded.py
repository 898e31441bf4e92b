"""The embedded server itself, as real processes meet it: at once, after a kill, and last."""

import os
import signal
import stat
import subprocess
import sys

import psycopg
import pytest

from ledger import embedded
from ledger.database import database_url
from ledger.errors import EmbeddedServerError

SELECT_ONE = """
import os, sys
from ledger.database import database_url, engine, ping
found = engine(database_url(os.environ))
ping(found)
found.dispose()
print("answered", flush=True)
sys.stdin.readline()
"""


def user_of(home):
    """A process that connects, says so, and stays until its input ends."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SELECT_ONE],
        env={**os.environ, "BELLWETHER_HOME": str(home), "BELLWETHER_DATABASE_URL": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def finish(process):
    process.communicate("\n")
    return process.returncode


def server_of(home):
    pid_file = home / "postgres" / "postmaster.pid"
    return int(pid_file.read_text().split("\n", 1)[0]) if pid_file.exists() else None


def test_processes_that_start_at_once_share_one_server_and_the_last_one_stops_it(home):
    first, second = user_of(home), user_of(home)
    assert [first.stdout.readline(), second.stdout.readline()] == ["answered\n", "answered\n"]
    assert finish(first) == 0
    assert server_of(home) is not None
    assert finish(second) == 0
    assert server_of(home) is None


def test_a_process_that_was_killed_neither_blocks_the_next_nor_keeps_the_server_for_ever(home):
    killed = user_of(home)
    assert killed.stdout.readline() == "answered\n"
    killed.kill()
    killed.communicate()
    assert server_of(home) is not None
    following = user_of(home)
    assert following.stdout.readline() == "answered\n"
    assert finish(following) == 0
    assert server_of(home) is None


def test_a_server_that_was_killed_is_revived(home):
    environ = {"BELLWETHER_HOME": str(home)}
    url = database_url(environ)
    os.kill(server_of(home), signal.SIGKILL)
    assert database_url(environ) == url
    embedded.leave(home)


def test_a_pid_file_whose_number_now_belongs_to_another_program_is_stale(home):
    directory = home / "postgres"
    database_url({"BELLWETHER_HOME": str(home)})
    contents = (directory / "postmaster.pid").read_text().split("\n", 1)[1]
    embedded.leave(home)
    (directory / "postmaster.pid").write_text(f"{os.getpid()}\n{contents}")
    database_url({"BELLWETHER_HOME": str(home)})
    assert server_of(home) != os.getpid()
    embedded.leave(home)


def test_a_folder_whose_making_was_cut_short_is_made_anew(home):
    (home / "postgres").mkdir()
    (home / "postgres" / "PG_VERSION").write_text("18\n")
    (home / "postgres.initialising").touch()
    assert database_url({"BELLWETHER_HOME": str(home)})
    embedded.leave(home)


def test_nobody_but_its_own_users_gets_in(home):
    database_url({"BELLWETHER_HOME": str(home)})
    assert (home / "postgres" / "pg_hba.conf").read_text() == "local all all peer map=bellwether\n"
    assert stat.S_IMODE((home / "postgres").stat().st_mode) == 0o700
    assert stat.S_IMODE(home.stat().st_mode) & 0o066 == 0
    with pytest.raises(psycopg.OperationalError, match="Peer authentication failed"):
        psycopg.connect(f"postgresql://somebody@/postgres?host={home / 'postgres'}")
    embedded.leave(home)


@pytest.mark.parametrize("name", ["a" * 120, "with space", "with;semicolon"])
def test_a_home_that_cannot_hold_a_socket_is_refused_with_what_to_do(home, name):
    (home / name).mkdir()
    with pytest.raises(EmbeddedServerError, match="set BELLWETHER_HOME to a path of"):
        database_url({"BELLWETHER_HOME": str(home / name)})
