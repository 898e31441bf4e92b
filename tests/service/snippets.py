"""The two snippets of ``docs/verifying.md``, taken from the page as they stand there and run against a real service."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "verifying.md"
NODE = shutil.which("node")
_DRIVER = """
import { readFileSync } from "node:fs";
const { presented, jwks, url, key } = JSON.parse(readFileSync(0));
const followed = [];
for (const { token, here } of presented)
  followed.push(await permitted(token, jwks, here, url, key).then(() => true, () => false));
console.log(JSON.stringify(followed));
"""


@dataclass(frozen=True)
class Presented:
    """A token, and where the engine stands that is shown it."""

    token: str
    here: dict


@dataclass(frozen=True)
class Engine:
    """An engine that has kept the JWKS, and asks the service with its key."""

    url: str
    key: str
    jwks: dict

    def follows(self, presented):
        """Of each token, whether the snippet in Python and the one in JavaScript would follow it."""
        return list(zip(self._in_python(presented), self._in_javascript(presented), strict=True))

    def _in_python(self, presented):
        names = {}
        exec(compile(snippet("python"), PAGE, "exec"), names)
        for each in presented:
            try:
                names["permitted"](each.token, self.jwks, each.here, self.url, self.key)
            except Exception:  # noqa: BLE001 - whatever it raises, the token is not followed
                yield False
            else:
                yield True

    def _in_javascript(self, presented):
        asked = {"jwks": self.jwks, "url": self.url, "key": self.key, "presented": [vars(each) for each in presented]}
        command = [str(NODE), "--input-type=module", "--eval", snippet("javascript") + _DRIVER]
        ran = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False, timeout=120)
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)


def snippet(language, page=PAGE):
    """The one piece of the page in this language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return found
