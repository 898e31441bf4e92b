"""How a command says no."""


class Refused(Exception):
    """What the command was asked cannot be done: one sentence that says why and what to do, and exit code 1."""
