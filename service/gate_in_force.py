"""The gate that judges now."""

from service.gate.gate import Gate


class GateInForce:
    """Holds the gate in force. Whoever answers a call takes it once, so that one call is judged by one gate."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    @property
    def current(self) -> Gate:
        """The gate that judges now; it never changes, another one takes its place."""
        return self._gate
