"""Which subjects a run builds where there are more than it needs: whole ones, and always the same.

A subject is in or out with all its instants, by a hash of its id alone. So neither the order of the records, nor the
process, nor a version of a library changes the sample, and a longer history mostly adds to it.
"""

import datetime as dt

import numpy as np
import numpy.typing as npt
import polars as pl

OFFSET, PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
"""FNV-1a, 64 bits (Fowler, Noll and Vo, 1991)."""
MIX = (np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53))
"""The finaliser of MurmurHash3 (Appleby, 2011): ids that differ in their last letter only end up far apart."""
HALF = np.uint64(33)


def stable_hash(ids: pl.Series) -> npt.NDArray[np.uint64]:
    """A number between 0 and 2**64 for each id, shape (rows,): FNV-1a of its UTF-8 bytes, mixed; a null is as empty."""
    array = ids.cast(pl.String).fill_null("").rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, bounds, content = array.buffers()
    starts = np.frombuffer(bounds, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    letters = np.frombuffer(content or b"", dtype=np.uint8)
    lengths = np.diff(starts)
    hashed = np.full(len(array), OFFSET)
    left = np.arange(len(array))
    for position in range(int(lengths.max(initial=0))):
        left = left[lengths[left] > position]
        hashed[left] = (hashed[left] ^ letters[starts[left] + position]) * PRIME
    for factor in MIX:
        hashed = (hashed ^ (hashed >> HALF)) * factor
    return hashed ^ (hashed >> HALF)


def sample(subjects: pl.DataFrame, most_rows: int | None, whole_from: dt.datetime | None = None) -> pl.DataFrame:
    """Those of ``subjects`` (``subject_id``, ``as_of``) that a run builds, in their order.

    Of the rows before ``whole_from`` at most ``most_rows``, those of the subjects with the smallest hashes; of the rows
    from then on all. None: no limit; all rows count as before.
    """
    if most_rows is None or subjects.height <= most_rows:
        return subjects
    early = np.ones(subjects.height, bool) if whole_from is None else (subjects["as_of"] < whole_from).to_numpy()
    if early.sum() <= most_rows:
        return subjects
    hashed = stable_hash(subjects["subject_id"])
    first_out = np.partition(hashed[early], most_rows)[most_rows]
    return subjects.filter(pl.Series(~early | (hashed < first_out)))
