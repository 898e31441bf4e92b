"""The gate: governed workflows, policies, verdicts and signed recommendations. No HTTP, SQL, MLflow or LLM here.

Everything comes as an argument: folders, keys, facts, the time. Start at ``gate.py``.
"""
