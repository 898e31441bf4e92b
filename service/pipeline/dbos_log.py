"""What DBOS has to say, in our log: where it said it, and no more of the message than its head.

Its messages go on with exceptions of the driver, and those quote statements and rows.
"""

import logging

import structlog

_HEAD = 120
_log = structlog.get_logger("bellwether.durable_work")


class _Ours(logging.Handler):
    """Hands warnings on as records of our own."""

    def emit(self, record: logging.LogRecord) -> None:
        head = record.getMessage().split(":", 1)[0].split("\n", 1)[0][:_HEAD]
        place = f"{record.filename}:{record.lineno}"
        _log.log(record.levelno, "dbos", said=head, place=place, exc_info=record.exc_info)


def quiet() -> None:
    """Takes DBOS's logger in hand, before DBOS would write to the console by itself."""
    logger = logging.getLogger("dbos")
    if not any(isinstance(handler, _Ours) for handler in logger.handlers):
        logger.handlers[:] = [_Ours(logging.WARNING)]
    logger.propagate = False
