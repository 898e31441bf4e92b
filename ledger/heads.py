"""Signed heads: how far the audit chain had come, kept in files beside the database, where a hand in it does not reach.

Each process writes one small file of its own, ``heads/<token>.jws``, and moves it forward after each commit, so that
writers never wait for each other. A file behind the table is what a crash between commit and save leaves, and harmless.
A file ahead of the table, or one whose row has another hash, proves that the table was cut or rewritten.

The signature is a JWS (Ed25519) with ``keys/audit.pem``. Files are not flushed to the disk one by one, the database's
own commit being what counts: an empty file is what a power cut may leave, and says nothing.
"""

import json
import os
import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from ledger.audit import Head, Row
from ledger.home import private_folder

_ALGORITHM = "Ed25519"
_TYPE = "bellwether-audit-head+jws"


@dataclass(frozen=True)
class Heads:
    """What the files say: the signed heads, and the names of files that this home's key did not sign."""

    signed: tuple[Head, ...] = ()
    unsigned: tuple[str, ...] = ()

    @property
    def furthest(self) -> Head | None:
        return max(self.signed, key=lambda head: head.seq, default=None)


@dataclass
class _Writer:
    """This process's own file in one home, and what it holds."""

    file: Path
    key: OKPKey
    last: Head | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


_writers: dict[tuple[Path, int], _Writer] = {}
_writers_lock = threading.Lock()


def save(home: Path, reached: Head | Row) -> None:
    """Sign how far the chain has come, once its transaction is committed; never moves this process's file backwards.

    ``ledger.record.transaction`` does it, and proves before each commit that what is overwritten here is still in the
    table. Whoever calls this directly does without that proof.
    """
    head = reached.head if isinstance(reached, Row) else reached
    writer = _writer(home)
    with writer.lock:
        if writer.last is None or writer.last.seq < head.seq:
            _replace(writer.file, _sign(head, writer.key))
            writer.last = head


def last(home: Path) -> Head | None:
    """The head that this process saved last; ``None`` before its first."""
    writer = _writers.get((home, os.getpid()))
    return None if writer is None else writer.last


def load(home: Path) -> Heads:
    """All heads of this home, of living and dead writers alike."""
    key = _key(home)
    signed: list[Head] = []
    unsigned: list[str] = []
    for file in _files(home):
        token = _read(file)
        head = _verified(token, key) if token else None
        if head is not None:
            signed.append(head)
        elif token:
            unsigned.append(file.name)
    return Heads(tuple(signed), tuple(unsigned))


def newest(home: Path) -> str | None:
    """The furthest head as it is signed (JWS, one line), to be kept elsewhere; None before the first."""
    key = _key(home)
    tokens = [token for file in _files(home) if (token := _read(file))]
    heads = [(head.seq, token) for token in tokens if (head := _verified(token, key)) is not None]
    return max(heads)[1] if heads else None


def public_key(home: Path) -> str:
    """The public half of the key that signs heads, as PEM: whoever keeps it checks them without this home."""
    return _key(home).as_pem(private=False).decode()


def read(token: str, public_pem: bytes | None, home: Path | None = None) -> Head | None:
    """What a head that was kept elsewhere says; None where this key, or else this home's, did not sign it.

    Raises ValueError where ``public_pem`` is no PEM of an Ed25519 key.
    """
    if public_pem is None:
        assert home is not None, "a key or a home"
        return _verified(token.strip(), _key(home))
    key = OKPKey.import_key(public_pem)
    if key.curve_name != _ALGORITHM:
        raise ValueError(f"a key of {key.curve_name}; expected one of {_ALGORITHM}")
    return _verified(token.strip(), key)


def prune(home: Path) -> None:
    """Delete the files that say less than the furthest one. Only for a caller who found all heads in the table.

    A living writer whose file is deleted writes it again with its next head.
    """
    key, furthest = _key(home), load(home).furthest
    for file in _files(home):
        head = _verified(_read(file), key)
        if head is not None and furthest is not None and head.seq < furthest.seq:
            file.unlink(missing_ok=True)
    for leftover in private_folder(home / "heads").glob("*.tmp"):
        leftover.unlink(missing_ok=True)


def _writer(home: Path) -> _Writer:
    with _writers_lock:
        at = (home, os.getpid())  # a forked child is a writer of its own
        if at not in _writers:
            _writers[at] = _Writer(private_folder(home / "heads") / f"{secrets.token_hex(8)}.jws", _key(home))
        return _writers[at]


def _files(home: Path) -> list[Path]:
    return sorted(private_folder(home / "heads").glob("*.jws"))


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:  # pruned by another process since it was listed
        return ""


def _replace(file: Path, content: str) -> None:
    unfinished = file.with_suffix(".tmp")
    for attempt in ("first", "again"):
        unfinished.write_text(content, encoding="ascii")
        try:
            unfinished.replace(file)
        except FileNotFoundError:  # swept as a leftover by another process's prune
            if attempt == "again":
                raise
        else:
            return


def _sign(head: Head, key: OKPKey) -> str:
    claims = {"seq": head.seq, "hash": head.hash, "at": head.at.isoformat()}
    protected = {"alg": _ALGORITHM, "typ": _TYPE, "kid": key.thumbprint()}
    return jws.serialize_compact(protected, json.dumps(claims), key, algorithms=[_ALGORITHM])


def _verified(token: str, key: OKPKey) -> Head | None:
    try:
        signed = jws.deserialize_compact(token, key, algorithms=[_ALGORITHM])
        if signed.headers().get("typ") != _TYPE or signed.payload is None:
            return None
        claims = json.loads(signed.payload)
        return Head(claims["seq"], claims["hash"], datetime.fromisoformat(claims["at"]))
    except (JoseError, ValueError, KeyError, TypeError):
        return None


def _key(home: Path) -> OKPKey:
    """The signing key of this home, made at first use; of two processes that make it at once, one wins for both."""
    file = private_folder(home / "keys") / "audit.pem"
    if not file.exists():
        made = file.with_name(f".audit-{secrets.token_hex(8)}.pem")
        made.touch(mode=0o600)
        made.write_bytes(OKPKey.generate_key("Ed25519").as_pem(private=True))
        try:
            file.hardlink_to(made)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return OKPKey.import_key(file.read_bytes())
