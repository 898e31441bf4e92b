"""A workflow file that is good, for tests to put a mistake into."""

GOOD = """\
name: small
version: 1
description: One step and its end.
tasks: [missing_time]
start: open
purpose: time_submission
stale_after: P2D
alert_budgets:
  - {kind: remind, per: person, at_most: 3}
steps:
  open:
    description: Running.
    owner: project_manager
    actions:
      remind_consultant:
        approver_role: project_manager
        not: [requester]
        expires_in: PT12H
        confidence_floor: 0.30
        money_limits: {EUR: 2500}
        text: "Remind {person_id} of {day}."
  done:
    description: Over.
    owner: pmo
transitions:
  - {from: open, to: done, when: it ends}
"""
