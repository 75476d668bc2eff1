"""The reader of the cells cut out of BCCD, a set with some wrong labels."""

from pathlib import Path

import pandas as pd

from ...common.checks import check_switch
from ..folder_contents import existing_folder
from ..tables import table_of

_INDEX = "index.csv"
_COLUMNS = ("file", "label", "same_cell_group", "strict")


def read_bccd(root: str | Path, strict: bool = False) -> pd.DataFrame:
    """Read BCCD's white cells: 351 squares cut around its boxes, and the list that names them.

    The list, `index.csv`, has the columns `file`, `label`, `same_cell_group` and `strict`. Some
    cells were photographed twice: the images of a group share a name in the column `subject`,
    so that they can be kept on one side of a split. Splits are empty strings.

    - `strict`: leave out the cells marked 0 in the column `strict`. 45 of the 86 eosinophils
      show no granules, and one monocyte is doubtful. A non-expert made the list by eye, and it
      makes the task easier: report both results.

    Raises FileNotFoundError if the folder, its list or a listed file is missing, ValueError for
    a list that lacks a column or a value, or names a file twice.
    """
    strict = check_switch("strict", strict)
    root = existing_folder("root", root, f"BCCD's class folders and {_INDEX}")
    if not (root / _INDEX).is_file():
        raise FileNotFoundError(
            f"{root} has no {_INDEX}, which names each cell's file and class. To read class folders"
            " alone, use read_image_folder."
        )
    index = _read_index(root / _INDEX)
    if strict:
        index = index[index["strict"] == "1"]
    rows = []
    for file, label, group in index[list(_COLUMNS[:3])].itertuples(index=False):
        if not (root / file).is_file():
            raise FileNotFoundError(f"{root / _INDEX} names {file}, which is not there.")
        rows.append((root / file, label, f"cell {group}", ""))
    return table_of(rows)


def _read_index(path: Path) -> pd.DataFrame:
    """The list of cells, every value as text."""
    try:
        index = pd.read_csv(path, dtype=str)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not a table in CSV format: {error}.") from error
    if missing := [name for name in _COLUMNS if name not in index]:
        raise ValueError(
            f"{path} has the columns {', '.join(_COLUMNS)}; {', '.join(missing)} is missing."
        )
    if gaps := int(index[list(_COLUMNS)].isna().any(axis=1).sum()):
        raise ValueError(f"{path} has a missing value in {gaps} of {len(index)} rows.")
    if odd := sorted(set(index["strict"]) - {"0", "1"}):
        raise ValueError(f"`strict` in {path} is 0 or 1; got {odd[0]!r}.")
    if (twice := index["file"].duplicated()).any():
        raise ValueError(f"{path} names {index['file'][twice].iloc[0]} twice.")
    return index
