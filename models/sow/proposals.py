"""Which actions a statement of work gives reason to propose."""

from collections.abc import Sequence

from models.action_params import ComplianceCheck
from models.actions import Proposal
from models.sow.rate_card import off_card
from models.sow.taxonomy import Taxonomy
from models.sow.understanding import Understanding

_CHECKED_BY_LEGAL: ComplianceCheck = "contract_terms"


def propose(sow_id: str, understood: Understanding, taxonomy: Taxonomy) -> Sequence[Proposal]:
    """A template and its kickoff checklist, the compliance checks, and a look at rates that are off the firm's card.

    Nothing is proposed where no service line was given. What depends on people and open items, which a document does
    not tell, is proposed by nobody here. No text of the document is in a proposal: ids, codes and numbers only.
    """
    line = taxonomy.line(understood.service_line)
    if line is None:
        return []
    proposals = []
    checks = line.sets_up.compliance if line.sets_up else ()
    if understood.red_flags and _CHECKED_BY_LEGAL not in checks:
        checks = (*checks, _CHECKED_BY_LEGAL)
    if line.template is not None:
        params = {"sow_id": sow_id, "service_line": understood.service_line, "template": line.template}
        proposals += [
            Proposal.of("propose_project_template", params, "The document reads like this service line."),
            Proposal.of("draft_kickoff_checklist", params, "The template of this service line has a checklist."),
        ]
    roles = off_card(understood.fields.value("roles") or [], taxonomy.rate_card)
    if roles:
        rates = {
            "sow_id": sow_id,
            "roles_off_card": len(roles),
            "widest_gap_percent": min(1_000.0, max(each.gap_percent for each in roles)),
        }
        proposals.append(Proposal.of("route_to_rate_card_validation", rates, "Rates differ from the card's."))
    proposals += [
        Proposal.of("route_to_compliance_check", {"sow_id": sow_id, "check": check}, "This kind of work needs it.")
        for check in checks
    ]
    return proposals
