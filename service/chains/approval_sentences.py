"""The sentences of an approval summary by a language model: it arranges slots, and code fills them.

Nothing that anybody wrote freely is sent: no note and no name of a person, and of the rest only phrases that code has
made. What comes back is checked by `models.approval_summary.verifying`; where it does not stand, the template is told.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.approval_summary.evidence import OF_PERSONS, Evidence
from models.approval_summary.glue import PHRASES, WORDS
from models.approval_summary.sentences import MOST_SENTENCES, Sentence, filled
from models.approval_summary.summary import Findings
from models.approval_summary.verifying import LONGEST_TEMPLATE, wrong
from models.sensitivity import Sensitivity
from service.chains.chain import Chain
from service.chains.faults import Fault
from service.chains.question import PromptRef, Question, Route

PROMPT = "approval_summary"
_WORDS = ", ".join([*sorted(WORDS), *PHRASES])


class Sentences(BaseModel):
    """A reply: sentences with slots."""

    model_config = ConfigDict(extra="forbid")

    sentences: list[Annotated[str, Field(max_length=LONGEST_TEMPLATE)]] = Field(min_length=1, max_length=MOST_SENTENCES)


@dataclass(frozen=True)
class Worded:
    """The sentences that counted, or None; ``refused``: a model replied, and its reply did not stand."""

    sentences: Sequence[Sentence] | None
    route: Route
    prompt: PromptRef | None
    refused: bool


NOBODY = Worded(None, Route.EMBEDDED, None, refused=False)


def worded(
    chain: Chain, said: Findings, *, sees: frozenset[Sensitivity], api_role: str, workflow: str | None
) -> Worded:
    """Asks the chain, where a model is configured, about what this reader may see."""
    if not chain.configured:
        return NOBODY
    items = said.visible(sees)
    required = said.must_tell(sees)
    variables = {"reader": api_role, "slots": _listed(items), "required": _groups(required), "words": _WORDS}
    question = Question(
        prompt=PROMPT,
        variables=variables,
        reply=Sentences,
        wrong=lambda reply: wrong(reply.sentences, items, required),
        region=None if said.about.project is None else said.about.project["region"],
        document=hashlib.sha256("\n".join(variables.values()).encode()).hexdigest(),
        workflow=workflow,
    )
    reply = chain.ask(question, chain.budget())
    refused = any(tried.why == Fault.WRONG for tried in reply.tried)
    if reply.value is None:
        return Worded(None, Route.EMBEDDED, None, refused)
    return Worded([filled(each, items) for each in reply.value.sentences], reply.route, reply.prompt, refused)


def _listed(items: Sequence[Evidence]) -> str:
    return "\n".join(
        f"{{{item.id}.{slot}}}: {phrase if item.kind not in OF_PERSONS else 'a person, named by code'}"
        for item in items
        for slot, phrase in item.slots.items()
    )


def _groups(required: Sequence[Sequence[str]]) -> str:
    return "\n".join(" or ".join(group) for group in required)
