"""The seal: what only the gate can make asks for it, so that nothing else in the house makes one.

A test lets no module outside of ``service.gate`` import this one.
"""

from typing import Final

SEAL: Final = object()


def require(seal: object, what: str) -> None:
    """Raise TypeError where somebody else than the gate makes ``what``."""
    if seal is not SEAL:
        raise TypeError(f"only the gate makes {what}")
