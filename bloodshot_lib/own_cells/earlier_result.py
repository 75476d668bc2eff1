"""A result that `bloodshot classify` wrote: read again, and compared with a later one."""

import json
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ..data.class_names import writable
from ..data.folder_contents import existing_folder, readable


class Result(NamedTuple):
    """`cells`, a row per cell as in cells.csv, every value as text; and the summary."""

    cells: pd.DataFrame
    summary: dict


def read_result(folder: Path) -> Result:
    """Read the folder of a result.

    Raises FileNotFoundError if there is none, ValueError if it is damaged or was written by a
    version that did not yet tell cells by their content.
    """
    folder = existing_folder("RESULT", folder, "what bloodshot classify wrote")
    try:
        with readable(folder):
            summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
            listed = folder / "cells.csv"
            cells = pd.read_csv(listed, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"{folder} holds no {Path(error.filename).name}: name a folder that bloodshot classify"
            " wrote."
        ) from error
    except ValueError as error:
        raise ValueError(
            f"{folder} is not a result as bloodshot classify wrote it ({error}): classify again."
        ) from error
    if missing := {"content", "file", "predicted", "labelled"} - set(cells):
        raise ValueError(
            f"{folder / 'cells.csv'} lacks the column {min(missing)}: it was changed, or written by"
            " an older version of BloodShot. Classify again."
        )
    return Result(cells, summary)


def changes(before: Result, folder: Path, cells: pd.DataFrame) -> dict:
    """What has changed from an earlier result to these cells, cell by cell, by content."""
    once = before.cells.drop_duplicates("content").set_index("content")["predicted"]
    was = cells["content"].map(once)
    known = was.notna()
    other = known & (was != cells["predicted"])
    pairs = cells[other].assign(was=was[other]).groupby(["was", "predicted"]).size()
    rows = [
        {"from": old, "to": new, "cells": int(n)}
        for (old, new), n in pairs.sort_values(ascending=False, kind="stable").items()
    ]
    return {
        "result": writable(str(folder)),
        "changed": int(other.sum()),
        "same": int((known & ~other).sum()),
        "only_here": int((~known).sum()),
        "only_there": int((~before.cells["content"].isin(cells["content"])).sum()),
        "changes": rows,
        "counts": before.cells["predicted"].value_counts().sort_index().to_dict(),
    }
