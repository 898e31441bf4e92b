"""Approval exceptions, summarised from evidence: what is asked for, where it stands, and what is missing to decide."""

from models.approval_summary.known import UnknownApproval
from models.approval_summary.summary import Findings, Summary, findings, summarise, summary_for

__all__ = ["Findings", "Summary", "UnknownApproval", "findings", "summarise", "summary_for"]
