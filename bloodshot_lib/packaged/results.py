"""Results that are committed, or that a run wrote, read by name."""

import difflib
import json

import pandas as pd

from ..common.checks import check_choice
from ..common.paths import SHIPPED, home


def read_result(name: str) -> pd.DataFrame | dict:
    """A result by its path below `results/`: a DataFrame from .csv, a dict from .json.

    Looks in `results/` of the checkout or the current folder, then among those that ship with
    the library. A list of records in the .json becomes a DataFrame.

    Raises FileNotFoundError, naming those of a similar name, or all there are, and ValueError
    for another kind of file.
    """
    folders = (home() / "results", SHIPPED / "results")
    path = next((folder / str(name) for folder in folders if (folder / str(name)).is_file()), None)
    if path is None:
        known = sorted(
            {
                file.relative_to(folder).as_posix()
                for folder in folders
                for file in folder.rglob("*.*")
            }
        )
        near = difflib.get_close_matches(str(name), known)
        raise FileNotFoundError(
            f"There is no result {name!r}. Known: {', '.join(near or known)}. `make results"
            " PROFILE=...` writes those of a profile."
        )
    check_choice("the ending of a result's name", path.suffix, (".csv", ".json"))
    if path.suffix == ".csv":
        return pd.read_csv(path)
    result = json.loads(path.read_text(encoding="utf-8"))
    return {
        key: (
            pd.DataFrame(value)
            if isinstance(value, list) and value and isinstance(value[0], dict)
            else value
        )
        for key, value in result.items()
    }
