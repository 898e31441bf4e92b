"""Language models: routes, prompts, one deadline and one budget; an answer counts only after our own validation."""
