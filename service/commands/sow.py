"""``bellwether sow FILE``: what a statement of work is and says, without a database and without keeping anything."""

import json
from pathlib import Path
from typing import Any

import click

from models.artifact import ArtifactRefused
from models.sensitivity import Sensitivity
from models.sow.artifact import DOCUMENT_FILE, load
from models.sow.classifier import Classifier, of_descriptions
from models.sow.parsing.document import document_of_file
from models.sow.parsing.refusals import LARGEST_FILE, DocumentRefused
from models.sow.taxonomy import Taxonomy, read_taxonomy
from models.sow.understanding import understand
from service.api.sow_answer import said_shown
from service.chains.question import Route
from service.commands.exit import Refused
from service.settings import read_settings
from service.triage.sow_answer import SowSaid

_EVERYTHING = frozenset(Sensitivity)


@click.command("sow")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document, as POST /v1/sows answers.")
def command(file: Path, *, as_json: bool) -> None:
    """Understand a statement of work: text, PDF or DOCX. Nothing is kept, and nothing is recommended.

    The firm's champion classifies where this home has one, else the taxonomy's own descriptions do.
    """
    try:
        with file.open("rb") as opened:
            document = document_of_file(opened.read(LARGEST_FILE + 1))
    except DocumentRefused as refused:
        raise Refused(f"{file}: {refused}") from None
    settings = read_settings()
    taxonomy = read_taxonomy(settings.taxonomy)
    understood = understand(document, taxonomy, _classifier(settings.home, taxonomy))
    shown = said_shown(SowSaid(understood, Route.EMBEDDED, ()), _EVERYTHING, answer_id=None)
    click.echo(json.dumps(shown) if as_json else _told(shown))


def _classifier(home: Path, taxonomy: Taxonomy) -> Classifier:
    """The champion that a service of this home fetched last, where there is one that fits."""
    fetched = sorted((home / "champions" / "sow").glob(f"*-*/**/{DOCUMENT_FILE}"), key=_version)
    if not fetched:
        return of_descriptions(taxonomy)
    try:
        return load(fetched[-1].parent)
    except ArtifactRefused as refused:
        raise Refused(str(refused)) from None


def _version(file: Path) -> int:
    folder = next(part for part in file.parts[file.parts.index("champions") + 2 :])
    return int(folder.partition("-")[0])


def _told(shown: dict[str, Any]) -> str:
    """The answer for people: what it is, what it says and where, and what to read first."""
    lines = [shown["why"], ""]
    lines += [f"  {each['label']:<42} {each['probability']:.2f}" for each in shown["top3"]]
    lines.append("")
    for name, found in shown["fields"].items():
        if found is not None:
            lines.append(f"  {name:<16} {_value(found['value'])}  ({found['page']}:{found['line']})")
    lines += [f"  ! {each['kind']}: {each['quote']}  ({each['page']}:{each['line']})" for each in shown["red_flags"]]
    if shown["flags"]:
        review = "; somebody has to look at it" if shown["needs_review"] else ""
        lines += ["", f"flags: {', '.join(shown['flags'])}{review}"]
    return "\n".join(lines)


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(
            _value({k: v for k, v in each.items() if k not in {"page", "line", "quote"}}) for each in value
        )
    if isinstance(value, dict):
        return " ".join(f"{each}" for each in value.values() if each is not None)
    return str(value)
