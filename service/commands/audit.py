"""``bellwether audit``: is what was recorded still what was recorded?"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click
from sqlalchemy import Connection

from ledger import heads
from ledger.audit import Head, append
from ledger.chain import Broken, signed_mark
from ledger.database import reached
from ledger.export import check, export_entry
from ledger.reading import Span, Wanted, span, stream
from ledger.record import transaction
from ledger.verify import verify
from service.commands.database import migrated
from service.commands.exit import Refused
from service.settings import read_settings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file; without it stdout.")


@click.group("audit")
def command() -> None:
    """The chain of answers and decisions."""


@command.command("verify")
@click.option(
    "--head", "head_files", multiple=True, type=_FILE, help="A head that was kept elsewhere; more are allowed."
)
@click.option("--export", "export_file", type=_FILE, help="Check this export instead of the database; needs no other.")
@click.option("--key", "key_file", type=_FILE, help="The public key that signed the heads; without it this home's.")
def verify_chain(head_files: Sequence[Path], export_file: Path | None, key_file: Path | None) -> None:
    """Check every row and every signed head. Exit 1 and the first bad row, where the chain is broken."""
    if export_file is not None:
        _verify_export(export_file, head_files, key_file)
        return
    settings = read_settings()
    kept = [_head(file, key_file, settings.home) for file in head_files]
    signed = heads.load(settings.home)
    with migrated(settings) as engine, reached(engine), engine.connect() as connection:
        found = verify(connection, signed, kept=kept, progress=_progress)
    if isinstance(found, Broken):
        raise Refused(f"the audit chain is broken: {found.why}")
    click.echo(f"The audit chain is whole: {found.rows:,} rows, signed up to row {found.witnessed:,}.")
    for head in kept:
        click.echo(f"It holds row {head.seq:,} as the head of {head.at.isoformat()} names it.")


@command.command("head")
@_OUT
def newest_head(out: Path | None) -> None:
    """Write the newest signed head, one line, to be kept where this machine cannot change it."""
    token = heads.newest(read_settings().home)
    if token is None:
        raise Refused("no head was signed yet: the chain is empty")
    _written(out, lambda file: file.write(f"{token}\n"))


@command.command("key")
@_OUT
def public_key(out: Path | None) -> None:
    """Write the public key that checks heads (PEM), to be kept beside them."""
    pem = heads.public_key(read_settings().home)
    _written(out, lambda file: file.write(pem))


@command.command("export")
@_OUT
@click.option("--since", help="The first instant of the range, such as 2026-03-01T00:00:00Z.")
@click.option("--until", help="The first instant after the range.")
def export(out: Path | None, since: str | None, until: str | None) -> None:
    """Write the rows of a range in order, a line of JSON each, which anybody can check. It is put on record first."""
    wanted = Wanted(since=_instant("--since", since), until=_instant("--until", until))
    settings = read_settings()
    with migrated(settings) as engine, reached(engine):
        with transaction(engine, settings.home) as connection:
            found = span(connection, wanted)
            if found is None:
                raise Refused("the chain has no row in this range")
            append(connection, [export_entry(found, wanted, None)], now=datetime.now(UTC))
        with engine.connect() as connection:
            _written(out, lambda file: _write_rows(file, connection, wanted, found))
    click.echo(f"{found.rows:,} rows, {found.first:,} to {found.last.seq:,}.", err=True)


def _write_rows(file: TextIO, connection: Connection, wanted: Wanted, found: Span) -> None:
    upto = Wanted(since=wanted.since, until=wanted.until, through=found.last.seq)
    for number, row in enumerate(stream(connection, upto), start=1):
        file.write(f"{row.line}\n")
        if number % 50_000 == 0:
            _progress(number)


def _verify_export(export_file: Path, head_files: Sequence[Path], key_file: Path | None) -> None:
    if head_files and key_file is None:
        raise Refused("an export is checked without this home: name the public key with --key (bellwether audit key)")
    kept = [_head(file, key_file, None) for file in head_files]
    marks = [signed_mark(head, "the kept head signed") for head in kept]
    with export_file.open(encoding="utf-8", errors="replace", newline="\n") as lines:
        found = check(lines, marks, progress=_progress)
    if isinstance(found, Broken):
        raise Refused(f"the export is broken: {found.why}")
    witnessed = max((head.seq for head in kept), default=0)
    beginning = "" if found.whole else f"; what came before row {found.first:,} is not in it"
    click.echo(f"The export is whole: rows {found.first:,} to {found.last.seq:,}{beginning}.")
    if kept:
        click.echo(f"A signed head vouches for all rows up to row {witnessed:,}.")
    else:
        click.echo("No head vouches for it: whoever recomputed all hashes could have altered it. Name one with --head.")


def _head(file: Path, key_file: Path | None, home: Path | None) -> Head:
    try:
        found = heads.read(file.read_text(encoding="ascii"), key_file.read_bytes() if key_file else None, home)
    except ValueError:
        raise Refused(
            f"{key_file or file}: expected {'a PEM of an Ed25519 public key' if key_file else 'a head'}"
        ) from None
    if found is None:
        raise Refused(f"{file} is no head that {key_file or 'the key of this home'} signed")
    return found


def _instant(option: str, said: str | None) -> datetime | None:
    if said is None:
        return None
    try:
        instant = datetime.fromisoformat(said)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise click.BadParameter("expected an instant with a zone, such as 2026-03-01T00:00:00Z", param_hint=option)
    return instant


def _progress(rows: int) -> None:
    click.echo(f"{rows:,} rows", err=True)


def _written(out: Path | None, write: Callable[[TextIO], object]) -> None:
    with _opened(out) as file:
        write(file)


@contextmanager
def _opened(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        return
    try:
        with out.open("w", encoding="utf-8", newline="\n") as file:
            yield file
    except OSError as error:
        raise Refused(f"{out} cannot be written: {error.strerror}") from error
