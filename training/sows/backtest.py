"""How good would the classifier have been on what came after a day?"""

import datetime as dt
from pathlib import Path
from typing import Any

from models.records import Records
from training.fit import Progress
from training.sows.documents import labelled_documents
from training.sows.figures import measured
from training.sows.fit import fit
from training.splits import TooFewRowsError


def backtest(records: Records, folder: Path, cut: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Learns from documents received before ``cut``, and is measured on later ones with texts that it has not seen.

    Raises TooFewRowsError.
    """
    documents = labelled_documents(records, folder)
    learn = documents.before(cut)
    later = documents.between(cut)
    unseen = later.unlike(learn)
    progress(f"learning from {len(learn):,} documents")
    classifier = fit(learn)
    if not len(unseen):
        raise TooFewRowsError(f"no document from {cut:%Y-%m-%d} on with a text that was not seen before")
    progress(f"measuring on {len(unseen):,} later documents")
    report = measured(classifier, learn, unseen).report
    return {"task": "sow", "cut": f"{cut:%Y-%m-%d}", "seen_before": len(later) - len(unseen), **report}
