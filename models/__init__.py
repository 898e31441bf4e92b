"""What is predicted, and from what: records, tasks, predictors. No HTTP, SQL, MLflow or LLM here."""
