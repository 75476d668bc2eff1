"""The command `bloodshot crop` against annotated boxes: what it finds, misses and invents."""

import json
import os
import time
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pandas as pd

from bloodshot_lib.own_cells.command_line import main
from experiments.fields.laboratories import SIDES, Laboratory

FOUND, FALSE, MISSED = "found", "false", "missed"


def compare(found: pd.DataFrame, annotated: pd.DataFrame) -> pd.DataFrame:
    """What became of each box: one row each, those found first, the surest first.

    A crop finds the first annotated cell, not yet found by a surer one, in whose box its middle
    lies; without such a cell it is false. Cells that no crop finds are missed.

    - `found`: `field`, `x`, `y` (left and top edge), `width`, `height` in pixels, and `score`.
    - `annotated`: the same without `score`.

    Returns the rows of both, but for those annotated cells that were found, with an `outcome`.
    """
    found = found.sort_values("score", ascending=False, kind="stable", ignore_index=True)
    left, outcomes = annotated.reset_index(drop=True), []
    for crop in found.itertuples():
        x, y = crop.x + crop.width / 2, crop.y + crop.height / 2
        across = (left["x"] <= x) & (x <= left["x"] + left["width"])
        down = (left["y"] <= y) & (y <= left["y"] + left["height"])
        here = left.index[(left["field"] == crop.field) & across & down]
        outcomes.append(FOUND if len(here) else FALSE)
        left = left.drop(here[:1])
    columns = ["field", *SIDES, "score"]
    crops = found[columns].assign(outcome=outcomes)
    missed = left.reindex(columns=columns).astype({"score": float}).assign(outcome=MISSED)
    return pd.concat([crops, missed], ignore_index=True)


def judge(laboratory: Laboratory, weights: Path | str, how: str) -> tuple[dict, pd.DataFrame]:
    """Run the command on a laboratory's fields, with a finder's file or released name.

    Returns a row of results, `how` among them, and the boxes that are missed or false.
    Raises RuntimeError if the command fails, which says why.
    """
    with TemporaryDirectory() as folder:
        facts, crops, seconds = _cropped(laboratory, str(weights), Path(folder))
    outcomes = compare(crops, laboratory.boxes)
    found, false, missed = ((outcomes["outcome"] == each).sum() for each in (FOUND, FALSE, MISSED))
    named = {"laboratory": laboratory.name, "how": how}
    row = {
        **named,
        "fields": len(laboratory.fields),
        "cells": len(laboratory.boxes),
        "found": found,
        "false": false,
        "recall": round(found / (found + missed), 4),
        "false_per_true": round(false / max(1, found), 4),
        "width": round(facts["width"], 1),
        "true_width": round(laboratory.width, 1),
        "seconds": round(seconds),
    }
    return row, outcomes[outcomes["outcome"] != FOUND].assign(**named)


def _cropped(
    laboratory: Laboratory, weights: str, folder: Path
) -> tuple[dict, pd.DataFrame, float]:
    """The command's facts and boxes.csv, and how long it took, on links to the fields.

    What it keeps of its work is kept in `folder` too, so that it begins anew.
    """
    fields, crops, said = folder / "fields", folder / "cells", StringIO()
    fields.mkdir()
    for name in laboratory.fields:
        (fields / name).symlink_to((laboratory.folder / name).resolve())
    started = time.perf_counter()
    with redirect_stdout(said), patch.dict(os.environ, BLOODSHOT_ARTIFACTS=str(folder)):
        failed = main(["crop", str(fields), "-o", str(crops), "--weights", weights, "--json"])
    if failed:
        raise RuntimeError(f"bloodshot crop failed on the fields of {laboratory.name}: see above.")
    seconds = time.perf_counter() - started
    boxes = pd.read_csv(crops / "boxes.csv", encoding="utf-8-sig")
    return json.loads(said.getvalue()), boxes, seconds
