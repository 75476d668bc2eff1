"""The reader of the cells cut out of BCCD, a set with some wrong labels."""

from pathlib import Path

import pandas as pd

from ...common.checks import check_switch
from .image_list import read_image_list


def read_bccd(root: str | Path, strict: bool = False) -> pd.DataFrame:
    """Read BCCD's white cells: 351 squares cut around its boxes, and the list that names them.

    The list, `index.csv`, has the columns `file`, `label`, `same_cell_group` and `strict`. Some
    cells were photographed twice: the images of a group share a name in the column `subject`,
    so that they can be kept on one side of a split.

    - `strict`: leave out the cells marked 0 in the column `strict`. 45 of the 86 eosinophils
      show no granules, and one monocyte is doubtful. A non-expert made the list by eye, and it
      makes the task easier: report both results.

    Raises as `read_image_list` does, which this calls.
    """
    only = "strict" if check_switch("strict", strict) else None
    table = read_image_list(root, group="same_cell_group", only=only)
    return table.assign(subject="cell " + table["subject"])
