"""Where things are: what ships with the package, and your data, artifacts and results."""

import os
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
    return Path(os.environ.get("BLOODSHOT_ARTIFACTS") or home() / "artifacts").expanduser()


def cache_folder() -> Path:
    """Where a command keeps what it computed: $BLOODSHOT_ARTIFACTS, or the user's cache.

    A command may run in any folder, and leaves nothing there but its result.
    """
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("BLOODSHOT_ARTIFACTS") or Path(cache) / "bloodshot").expanduser()


def data_folder() -> Path:
    """Where downloaded data sets are: $BLOODSHOT_DATA, or `data` at `home`."""
    return Path(os.environ.get("BLOODSHOT_DATA") or home() / "data").expanduser()
