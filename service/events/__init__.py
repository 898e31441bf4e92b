"""What happened, as the orchestration engine says it: CloudEvents, their types, and what each asks for."""
