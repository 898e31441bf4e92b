"""The same work on several parts at once, a thread a core: what fits a model leaves Python's lock alone."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Part = TypeVar("Part")
Found = TypeVar("Found")


def side_by_side(work: Callable[[Part], Found], parts: Iterable[Part]) -> list[Found]:
    """What ``work`` makes of each part, in their order. The first error is raised when those before it are done."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(pool.map(work, parts))
