"""The reader of the cells cut out of BCCD, a set with some wrong labels."""

from pathlib import Path

import pandas as pd

from ...common.checks import check_choice, check_switch
from ..class_names import class_name
from ..folder_contents import existing_folder
from ..label_lists import read_list
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
    a list that lacks a column or a value.
    """
    strict = check_switch("strict", strict)
    root = existing_folder("root", root, f"BCCD's class folders and {_INDEX}")
    rows = []
    for file, label, group, sure in read_list(root / _INDEX, *_COLUMNS).itertuples(index=False):
        check_choice(f"strict of {file}", sure, ("0", "1"))
        if not (root / file).is_file():
            raise FileNotFoundError(f"{root / _INDEX} names {file}, which is not there.")
        if sure == "1" or not strict:
            rows.append((root / file, class_name(label), f"cell {group}", ""))
    return table_of(rows)
