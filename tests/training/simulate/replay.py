"""A law against brute force: how far an analytic chance may lie from the share among many replays."""

import numpy as np

ERRORS = 4.0
"""Standard errors; beyond them lies one comparison in sixteen thousand."""


def agrees(chance, happened, among):
    """Whether ``happened`` of ``among`` replays is what the ``chance`` makes likely."""
    share = happened / among
    error = np.sqrt(max(chance * (1 - chance), 1.0 / among) / among)
    assert abs(share - chance) <= ERRORS * error, f"{share:.4f} of {among} replays; the truth says {chance:.4f}"


def next_state(state, steps, luck):
    """The next state of each, by the rows of a matrix of chances."""
    return (luck.random(len(state))[:, None] > np.cumsum(steps, axis=1)[state]).sum(axis=1)
