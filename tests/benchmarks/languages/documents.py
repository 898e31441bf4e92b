"""Real statements of work, field by field against what a person read in them; and what an answer costs."""

import datetime as dt
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from figures import Figure, at_least, at_most, reported

from models.sow.classifier import of_descriptions
from models.sow.fields import NAMES, fields_of
from models.sow.lines import Document
from models.sow.parsing.document import document_of_file
from models.sow.taxonomy import read_taxonomy
from models.sow.understanding import Understanding, understand

AGING = (
    "National Institute of Health, National Institute on Aging located at 9000 Rockville Pike, Building T44, Bethesda, "
    "MD 20892"
)
VETERANS = (
    "VA facilities, specifically, the VA FSC facilities located at the main FSC office at 7600 Metropolis Drive, "
    "Building 5, Austin, TX"
)
BY_HAND: Mapping[str, Mapping[str, Any]] = {
    "D1StatementofWork.docx": {
        "client": "NCATS", "duration_months": 12, "roles": ["service technician"], "renewal": "option",
        "places": ["NCATS 9800 Medical Center Dr. Rockville MD 20850"],
    },
    "D_SOWHamiltonMaintenanceandRepair.pdf": {
        "client": "National Institute on Aging", "starts_on": dt.date(2024, 6, 30), "ends_on": dt.date(2025, 6, 29),
        "duration_months": 12, "roles": ["project manager"], "renewal": "option",
        "places": [AGING],
    },
    "FSCITOperationsSupportRFIPWS.docx": {
        "client": "DEPARTMENT OF VETERANS AFFAIRS", "duration_months": 12, "billing": "time_and_materials",
        "renewal": "option", "roles": ["project manager"],
        "places": [VETERANS],
    },
    "SOW-WebPortalSupplyChain-5-7-24-FINAL.pdf": {
        "client": "CHIPS Program Office", "duration_months": 12, "renewal": "option",
    },
}  # fmt: skip
"""What stands in the four documents; a field that is not listed stands in none of them. Of roles the names are held
against each other, and where several places are named the first is."""
PAGES, TIMES = 20, 15


def measured(source: Path) -> Iterator[Figure]:
    """Right, wrong and missed fields, quotes, and the time of an answer about twenty pages."""
    documents = {name: document_of_file((source / name).read_bytes()) for name in BY_HAND}
    counts, told = {"right": 0, "wrong": 0, "missed": 0}, []
    for name, document in documents.items():
        fields = fields_of(document)
        for field in NAMES:
            said, expected = _plain(field, fields.value(field)), BY_HAND[name].get(field)
            verdict = "right" if said == expected else "missed" if said is None else "wrong"
            counts[verdict] += 1
            if verdict != "right":
                told.append(f"{verdict}: {field} of {name}")
    n = sum(counts.values())
    yield at_most("four real documents: fields wrong", counts["wrong"] / n, 0.05, "", n)
    yield reported("four real documents: fields right", counts["right"] / n, n)
    yield reported(f"four real documents: fields missed ({'; '.join(told)})", counts["missed"] / n, n)
    taxonomy = read_taxonomy()
    classifier = of_descriptions(taxonomy)
    answers = {name: understand(document, taxonomy, classifier) for name, document in documents.items()}
    stands = [documents[name].stands(*place) for name, answer in answers.items() for place in _places(answer)]
    yield at_least(
        "four real documents: quotes that stand where they are cited", sum(stands) / len(stands), 1.0, len(stands)
    )
    long = documents["FSCITOperationsSupportRFIPWS.docx"]
    twenty = tuple(line for line in long.lines if line.page <= PAGES)
    took = [_ms(lambda: understand(Document(twenty, PAGES), taxonomy, classifier)) for _ in range(TIMES)]
    yield at_most("an answer about 20 pages of text, p50", median(took), 300, "ms", TIMES)
    yield reported("characters of these pages", sum(len(line.text) for line in twenty), 1)


def _plain(field: str, value: Any) -> Any:
    if field == "roles" and value is not None:
        return [each["role"] for each in value]
    return value


def _places(answer: Understanding) -> Iterator[tuple[str, int, int]]:
    for found in answer.fields.found.values():
        for each in found if isinstance(found, tuple) else () if found is None else (found,):
            yield each.quote, each.page, each.line
    for each in (*answer.red_flags, *answer.suspected):
        yield each.quote, each.page, each.line


def _ms(work: Any) -> float:
    """Milliseconds of CPU."""
    started = time.process_time()
    work()
    return 1000 * (time.process_time() - started)
