"""Random numbers by name, so that one part of the firm can change without moving the luck of another."""

import zlib

import numpy as np

from models.arrays import Floats, Ints


class Chance:
    """A seed from which each part draws a stream of its own."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def of(self, name: str) -> np.random.Generator:
        """A new stream for this name: the same name has the same numbers."""
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])


def logistic(log_odds: Floats) -> Floats:
    """The probability of each log-odds. By tanh, which does not overflow."""
    return 0.5 * (1.0 + np.tanh(np.asarray(log_odds) / 2.0))


def logit(probability: Floats) -> Floats:
    """The log-odds of each probability, which is above 0 and below 1."""
    return np.log(probability) - np.log1p(-np.asarray(probability))


def picks(generator: np.random.Generator, shares: Floats) -> Ints:
    """For each row of ``shares`` (rows, choices), not necessarily adding up to one, the number of one choice."""
    cumulated = np.cumsum(shares, axis=1)
    drawn: Ints = (generator.random(len(shares))[:, None] * cumulated[:, -1:] > cumulated).sum(axis=1)
    return drawn
