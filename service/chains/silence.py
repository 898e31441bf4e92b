"""What LangChain and the clients below it would tell others, switched off, whatever the environment says.

LangSmith would be sent whole documents as soon as a variable says so, and the clients' own debug logs print them.
"""

from collections.abc import MutableMapping

_OFF = (
    "LANGSMITH_TRACING",
    "LANGSMITH_TRACING_V2",
    "LANGCHAIN_TRACING",
    "LANGCHAIN_TRACING_V2",
)
_GONE = (
    "ANTHROPIC_LOG",
    "LANGCHAIN_RUNS_ENDPOINTS",
    "LANGSMITH_RUNS_ENDPOINTS",
    "OPENAI_CUSTOM_HEADERS",
    "OPENAI_LOG",
    "OPENAI_ORGANIZATION",
    "OPENAI_ORG_ID",
    "OPENAI_PROJECT_ID",
    "OPENAI_PROXY",
)
"""What the clients would do by themselves, beside or against our settings."""


def silence(environ: MutableMapping[str, str]) -> None:
    """Makes the environment one in which nothing is reported. Called before any of these packages is imported."""
    for name in _OFF:
        environ[name] = "false"
    for name in _GONE:
        environ.pop(name, None)
