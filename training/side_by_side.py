"""The same work on several parts at once, in threads: what fits a model leaves Python's lock alone."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice
from typing import TypeVar

Part = TypeVar("Part")
Found = TypeVar("Found")


def side_by_side(work: Callable[[Part], Found], parts: Iterable[Part]) -> list[Found]:
    """What ``work`` makes of each part, in their order. The first error is raised when those before it are done."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(pool.map(work, parts))


def in_step(parts: Sequence[Iterator[Found]]) -> Iterator[list[Found]]:
    """What all parts yield next, worked out at once, until one of them has no more.

    Each part keeps a thread of its own: how much LightGBM writes to stdout is a setting of the thread that it runs in.
    """
    with ExitStack() as stack:
        threads = [stack.enter_context(ThreadPoolExecutor(max_workers=1)) for _ in parts]
        while True:
            asked = [thread.submit(_taken, part) for thread, part in zip(threads, parts, strict=True)]
            found = [each for taken in asked for each in taken.result()]
            if not found or len(found) < len(parts):
                return
            yield found


def _taken(part: Iterator[Found]) -> list[Found]:
    """The next thing, or nothing where there is no more."""
    return list(islice(part, 1))
