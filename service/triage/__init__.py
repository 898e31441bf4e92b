"""From subjects to answers: snapshots, predictions, proposals, and what the gate lets through."""
