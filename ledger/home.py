"""The one folder that belongs to this deployment: ``BELLWETHER_HOME``."""

from collections.abc import Mapping
from pathlib import Path

from platformdirs.unix import Unix


def home(environ: Mapping[str, str]) -> Path:
    """The absolute folder that ``BELLWETHER_HOME`` names, created for its owner alone (0700) when absent.

    The default is the XDG data folder on every system (``~/.local/share/bellwether``): the one that macOS would choose
    has a space in its name, which the embedded PostgreSQL cannot take.
    """
    named = environ.get("BELLWETHER_HOME", "").strip()
    folder = Path(named).expanduser() if named else Unix("bellwether").user_data_path
    return private_folder(folder.resolve())


def private_folder(folder: Path) -> Path:
    """``folder``, created with mode 0700 when absent; an existing folder keeps the mode that its owner gave it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
