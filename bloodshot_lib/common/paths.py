"""Where things are: what ships with the package, and your data, artifacts and results."""

import os
import tempfile
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
# profiles and results: links in a checkout, folders in an installed package
SHIPPED = PACKAGE / "shipped"


def home() -> Path:
    """The checkout that holds the library; for an installed library, the current folder."""
    checkout = PACKAGE.parent
    return checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()


def artifacts_folder() -> Path:
    """Where runs and image arrays are kept: $BLOODSHOT_ARTIFACTS, or `artifacts` at `home`."""
    return _chosen("BLOODSHOT_ARTIFACTS") or home() / "artifacts"


def cache_folder() -> Path:
    """Where a command keeps what it computed: $BLOODSHOT_ARTIFACTS, or the user's cache.

    A command may run in any folder, and leaves nothing there but its result. A user without a
    home, as in some containers, has a folder among the temporary files.
    """
    if chosen := _chosen("BLOODSHOT_ARTIFACTS"):
        return chosen
    if cache := _chosen("XDG_CACHE_HOME"):
        return cache / "bloodshot"
    try:
        return Path.home() / ".cache" / "bloodshot"
    except RuntimeError:
        user = getattr(os, "getuid", lambda: "cache")()
        return Path(tempfile.gettempdir()) / f"bloodshot-{user}"


def data_folder() -> Path:
    """Where downloaded data sets are: $BLOODSHOT_DATA, or `data` at `home`."""
    return _chosen("BLOODSHOT_DATA") or home() / "data"


def _chosen(variable: str) -> Path | None:
    """The folder that an environment variable names, if it is set."""
    value = os.environ.get(variable)
    return Path(os.path.expanduser(value)) if value else None
