"""``bellwether-lab prompts mirror``: the prompts of the files, in MLflow's prompt registry."""

import json

import click

from prompts.prompt import read_prompts
from training.commands.options import json_option, refusals, say
from training.deployment import deployment


@click.group()
def prompts() -> None:
    """The prompts of language models."""


@prompts.command()
@json_option
def mirror(*, as_json: bool) -> None:
    """Register each version of each prompt that MLflow does not have; the files stay what is used."""
    with refusals():
        known = read_prompts()
        with deployment() as here:
            new = [prompt for versions in known.values() for prompt in versions if here.registry.mirror_prompt(prompt)]
    if as_json:
        rows = [{"name": prompt.name, "version": prompt.version, "sha256": prompt.sha} for prompt in new]
        click.echo(json.dumps({"mirrored": rows}))
        return
    for prompt in new:
        click.echo(f"{prompt.name} v{prompt.version}  {prompt.sha[:12]}")
    say(f"{len(new)} of {sum(map(len, known.values()))} had to be mirrored")
