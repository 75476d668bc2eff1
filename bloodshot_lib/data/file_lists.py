"""Lists of files, as data sets bring them: CSV, a row for each file."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ..common.checks import check_table
from .folder_contents import readable


def read_list(path: Path, columns: Sequence[str], file: str, flag: str) -> pd.DataFrame:
    """Read a list of files, every value as text.

    - `columns`: those that it must have, without a gap.
    - `file`: the one that names each file, once.
    - `flag`: the one that holds "0" or "1".

    Raises ValueError for any other list, PermissionError for one that may not be read (permission
    denied).
    """
    try:
        with readable(path):
            listed = pd.read_csv(path, dtype=str)
    except ValueError as error:  # of pandas: bytes that are no text, no column, uneven rows
        raise ValueError(
            f"{path} is not a comma-separated table in UTF-8 ({error}). Download it again."
        ) from error
    check_table(listed, columns, str(path))
    if (gaps := listed[list(columns)].isna().any(axis=1)).any():
        raise ValueError(
            f"{path} has {gaps.sum()} rows with an empty field, first row {gaps.argmax() + 1}:"
            f" every row has {', '.join(columns)}. Fill it in, or download the list again."
        )
    if (twice := listed[file].duplicated()).any():
        raise ValueError(f"{path} names {listed[file][twice].iloc[0]} twice: keep one row of it.")
    if (odd := ~listed[flag].isin(["0", "1"])).any():
        name, value = listed.loc[odd, [file, flag]].iloc[0]
        raise ValueError(f"`{flag}` in {path} is 0 or 1; got {value!r} for {name}: correct it.")
    return listed
