"""The demo, step by step."""

import json
import shlex
import socket
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from service.demo.answer_text import tell_answer
from service.demo.asking import ROUTE, STEP, TASK, ask, await_ready, curl, question
from service.demo.cast import ENGINE, PROMOTER, PURPOSE, TRAINER, Keys, keys
from service.demo.programs import beside_python, ended, run, running
from service.demo.telling import Telling
from service.settings import PREFIX, Settings

_PORT = 8080
KIND = "trees"
"""Trees: of a firm of 26 people the kind chosen by itself is calibrated by a hair on some dates, and not on others."""
_PERSON_LEVEL = {
    f"{PREFIX}PERSON_LEVEL__{name.upper()}": value for name, value in PURPOSE.model_dump(exclude={"workflows"}).items()
}


def told(telling: Telling, home: Path, fixtures: Path, environ: Mapping[str, str], *, once: bool) -> None:
    """Tells the whole demo in the empty folder ``home``, then serves until interrupted unless ``once``.

    Of the settings in ``environ`` none is used: the demo has its own database and its own purpose on record.

    Raises:
        Refused: a program that the demo runs failed; the message says which and what it said.
    """
    others = {name: value for name, value in environ.items() if not name.startswith(PREFIX)}
    own = {**others, "BELLWETHER_HOME": str(home), "COLUMNS": "200"}
    records = home / "records"
    telling.fact(f"The firm is invented: Harbour & Vale, 26 people, 12 projects. All that follows is kept in {home}")
    _import(telling, fixtures, records, own)
    settings = Settings(home=home, database_url=None, person_level=PURPOSE)
    with telling.step("Start PostgreSQL, and give three principals a key each"):
        held = keys(settings, now=datetime.now(UTC))
    telling.fact(f"{TRAINER} trains, {PROMOTER} promotes, {ENGINE} asks")
    _learn(telling, records, own, held)
    load = ["bellwether", "records", "load", str(records)]
    with telling.step("Load the records into the database, from which the service builds its snapshots", _typed(load)):
        run(load, own)
    _serve(telling, home, own | _PERSON_LEVEL, held, once=once)


def _import(telling: Telling, fixtures: Path, records: Path, environ: Mapping[str, str]) -> None:
    mapping, source = str(fixtures / "mappings" / "firm.yaml"), str(fixtures / "firm")
    take = ["bellwether-lab", "import", mapping, "--source", source, "--out", str(records), "--last-day", "today"]
    with telling.step("Import the firm's export, moved by whole weeks so that it ends today", _typed(take)):
        lines = run(take, environ).strip().splitlines()
    for line in lines[-2:]:
        telling.fact(line)
    check = ["bellwether-lab", "check", str(records), "--json"]
    with telling.step("Check every row against its table", _typed(check)):
        report = json.loads(run(check, environ))
    tables = report["tables"]
    rows = sum(table["rows"] for table in tables)
    telling.fact(f"{rows:,} rows in {len(tables)} tables, no errors")


def _learn(telling: Telling, records: Path, environ: Mapping[str, str], held: Keys) -> None:
    train = ["bellwether-lab", "train", TASK, "--records", str(records), "--set", f"kind={KIND}", "--json"]
    with telling.step(f"Train {TASK}, as {TRAINER}, into MLflow", _typed(train, TRAINER)):
        trained = json.loads(run(train, {**environ, "BELLWETHER_KEY": held.trainer}))
    best = max(trained["rules"].values(), key=lambda rule: rule["auc"])
    mine = trained["predictor"]
    telling.fact(
        f"version {trained['version']} is challenger, trained by {trained['trainer']}; on its last weeks "
        f"({trained['window']['n']:,} later rows): AUC {mine['auc']:.2f}, the PMO's best rule {best['auc']:.2f}, "
        f"calibration error {mine['ece']:.3f}"
    )
    promote = ["bellwether-lab", "promote", TASK, "--version", str(trained["version"]), "--json"]
    with telling.step(f"Promote it, as {PROMOTER}; its trainer may not", _typed(promote, PROMOTER)):
        promoted = json.loads(run(promote, {**environ, "BELLWETHER_KEY": held.promoter}))
    for check in promoted["checks"]:
        telling.fact(f"{check['answer'].replace('_', ' ')}: {check['text']}")
    telling.fact(f"version {promoted['version']} is champion, promoted by {promoted['promoter']}")


def _serve(telling: Telling, home: Path, environ: Mapping[str, str], held: Keys, *, once: bool) -> None:
    port, log = _free_port(), home / "serve.log"
    url = f"http://127.0.0.1:{port}"
    serve = ["bellwether", "serve", "--port", str(port)]
    with running(serve, environ, log) as service:
        with telling.step("Start the service", _typed(serve)):
            if not await_ready(url, service):
                raise ended(service, log)
        body = question(home / "records", now=datetime.now(UTC))
        with telling.step(f"Ask about {len(body['ids'])} person-days, as {ENGINE}", f"POST {url}{ROUTE}"):
            answer = ask(url, held.engine, body)
        tell_answer(telling.console, answer, STEP)
        if once:
            telling.console.print("\nThat was all. Without ONCE=1 (--once) the service goes on serving.")
            return
        most = max(answer["predictions"], key=lambda said: said["probability"], default=None)
        question_again = curl(url, held.engine, body, most["subject_id"]) if most else ""
        _tell_more(telling.console, url, question_again, home)
        with suppress(KeyboardInterrupt):
            service.wait()
            raise ended(service, log)
    telling.console.print("\nStopped.")


def _tell_more(console: Console, url: str, question_again: str, home: Path) -> None:
    verify = f"BELLWETHER_HOME={home} {beside_python('bellwether')} audit verify"
    console.print(f"\n[bold]Serving at {url} until Ctrl-C.[/bold] In another terminal:\n")
    for command in filter(None, (question_again, verify)):
        console.print(command + "\n", markup=False, soft_wrap=True)
    console.print(
        f"Every route: {url}/openapi.json. The service's log: {home / 'serve.log'}", markup=False, soft_wrap=True
    )


def _typed(command: list[str], principal: str = "") -> str:
    """The command as one would type it here; JSON is for the demo to read, and figures in words for people."""
    here = str(Path.cwd()) + "/"
    words = " ".join(shlex.quote(word.removeprefix(here)) for word in command if word != "--json")
    return f"$ BELLWETHER_KEY=<{principal}'s> {words}" if principal else f"$ {words}"


def _free_port() -> int:
    """The usual port where it is free, else any other."""
    for port in (_PORT, 0):
        try:
            with socket.create_server(("127.0.0.1", port)) as listener:
                return int(listener.getsockname()[1])
        except OSError:
            continue
    raise OSError("no port of this machine is free")
