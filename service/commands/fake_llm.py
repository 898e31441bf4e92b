"""``bellwether fake-llm``: a double of a language model, for trying the routes without an account."""

import re
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import yaml

from service.commands.exit import Refused
from service.fake_llm.request import ChatRequest
from service.fake_llm.scenarios import TOLD, Script
from service.fake_llm.server import FakeLlm, NoSuchScenario

_NAMES = "\n".join(f"  {scenario:<12} {told}" for scenario, told in TOLD.items())


@click.command(
    "fake-llm",
    help=f"""Serve OpenAI's protocol without a model behind it, on this machine only, until SIGINT.

\b
Scenarios:
{_NAMES}

One that is joined by + changes with each call: 500+good fails once. The path chooses another one than NAME:
http://127.0.0.1:PORT/slow/v1.""",
)
@click.option("--port", type=click.IntRange(0, 65535), default=8089, show_default=True, help="0 takes any free port.")
@click.option("--scenario", metavar="NAME", default="good", show_default=True, help="How it behaves at /v1.")
@click.option(
    "--script",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A YAML list of {when, say}: where the regular expression WHEN is found in what is asked, SAY is the reply.",
)
def command(port: int, scenario: str, script: Path | None) -> None:
    """Serve until SIGINT, also where the shell that started it in the background has told it to ignore that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        double = FakeLlm(scenario=scenario, script=None if script is None else read_script(script), port=port)
        with double:
            click.echo(f"BELLWETHER_LLM__PRIMARY__BASE_URL={double.url()}")
            double.stopping.wait()
    except NoSuchScenario as error:
        raise Refused(str(error)) from error
    except OSError as error:
        raise Refused(f"cannot listen on port {port}: {error.strerror}; choose another with --port") from error
    except KeyboardInterrupt:
        return


def read_script(file: Path) -> Script:
    """The script of a YAML file. Raises Refused."""
    try:
        lines: list[Mapping[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))
        said = [(re.compile(line["when"], re.IGNORECASE | re.DOTALL), line["say"]) for line in lines]
    except (yaml.YAMLError, UnicodeDecodeError, re.error, TypeError, KeyError) as error:
        raise Refused(f"{file}: expected a list of {{when: regular expression, say: reply}}") from error

    def say(request: ChatRequest) -> Any:
        text = f"{request.system}\n{request.user}"
        return next((reply for when, reply in said if when.search(text)), None)

    return say
