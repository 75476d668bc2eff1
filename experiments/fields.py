"""How many white cells `crop_cells` finds in whole fields: `python -m experiments.fields`.

The fields are BCCD's (MIT licence), 640 x 480 pixels, in $BLOODSHOT_DATA/bccd_fields, with
boxes.csv: field, kind (WBC, RBC, Platelets), xmin, ymin, xmax, ymax, a row per annotated cell.
The finder was developed on a random half of the fields and is judged on the other, with the
diameter that it measures in each field. A white cell is found if a crop's middle is in its box; a
crop in no white cell's box, or the second in one, is false. Some white cells, most of them cut by
the edge, are not annotated or are called platelets: crops of those also count as false. A few
cells were photographed twice and may be in both halves. It writes results/fields.json.
"""

import json
import time
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from bloodshot_lib.common.atomic_files import write_whole
from bloodshot_lib.common.paths import data_folder
from bloodshot_lib.data.fields import crop_cells
from bloodshot_lib.study.results import machine
from experiments import PROJECT

SEED = 0
WORDS = {"Platelets": "on a platelet", "RBC": "on a red cell"}


def halves(names: list[str], seed: int = SEED) -> tuple[list[str], list[str]]:
    """Fields to develop on and fields to judge on."""
    order = np.random.default_rng(seed).permutation(sorted(names)).tolist()
    return order[: len(order) // 2], order[len(order) // 2 :]


def around(boxes: pd.DataFrame, x: float, y: float) -> pd.DataFrame:
    """The boxes that contain this point."""
    across, down = boxes.xmin.le(x) & boxes.xmax.ge(x), boxes.ymin.le(y) & boxes.ymax.ge(y)
    return boxes[across & down]


def judge(
    field: np.ndarray, boxes: pd.DataFrame, diameter: float | None = None
) -> tuple[pd.DataFrame, list[str]]:
    """The white cells' boxes of one field, with what was found, and each false crop in words.

    Columns: `found`; `edge`, whether the box touches the field's edge; `shown`, how much of the
    box its crop shows; `fills`, the box's longer side as a share of the crop's.
    """
    crops, nuclei = crop_cells(field, diameter)
    side, (height, width) = crops.shape[1], field.shape[:2]
    is_white = boxes["kind"] == "WBC"
    white = boxes[is_white].assign(found=False, shown=np.nan, fills=np.nan)
    white["edge"] = (
        white[["xmin", "ymin"]].min(axis=1).le(1)
        | white["xmax"].ge(width - 1)
        | white["ymax"].ge(height - 1)
    )
    false = []
    for nucleus in nuclei.itertuples():
        x, y = nucleus.x + nucleus.width / 2, nucleus.y + nucleus.height / 2
        here = around(white, x, y)
        if (left := here[~here["found"]]).empty:
            other = around(boxes[~is_white], x, y)["kind"].map(WORDS)
            word = "on nothing annotated" if other.empty else min(other)
            false.append(word if here.empty else "a second in one cell")
            continue
        box = left.iloc[0]
        wide, high = box.xmax - box.xmin, box.ymax - box.ymin
        seen_x = min(box.xmax, x + side / 2) - max(box.xmin, x - side / 2)
        seen_y = min(box.ymax, y + side / 2) - max(box.ymin, y - side / 2)
        shown, fills = seen_x * seen_y / (wide * high), max(wide, high) / side
        white.loc[box.name, ["found", "shown", "fills"]] = [True, shown, fills]
    return white, false


def measure(folder: Path, names: list[str], diameter: float | None = None) -> dict:
    """Shares and counts over the fields of these names."""
    boxes = pd.read_csv(folder / "boxes.csv")
    white, false = [], Counter()
    for name in names:
        field = np.asarray(Image.open(folder / name).convert("RGB"))
        cells, wrong = judge(field, boxes[boxes["field"] == name], diameter)
        white.append(cells)
        false.update(wrong)
    white = pd.concat(white)
    whole, found = white[~white["edge"]], white[white["found"].astype(bool)]
    return {
        "fields": len(names),
        "white_cells": len(white),
        "found": len(found),
        "recall": round(len(found) / len(white), 4),
        "white_cells_off_the_edge": len(whole),
        "recall_off_the_edge": round(whole["found"].mean(), 4),
        "crops": len(found) + false.total(),
        "precision": round(len(found) / (len(found) + false.total()), 4),
        "false": dict(sorted(false.items())),
        "box_shown_median": round(found["shown"].median(), 3),
        "box_shown_5_percent": round(found["shown"].quantile(0.05), 3),
        "box_share_of_side_median": round(found["fills"].median(), 3),
    }


def main(folder: Path | None = None, project: Path = PROJECT) -> None:
    """Judge the finder on both halves, and write the results."""
    folder = folder or data_folder() / "bccd_fields"
    made_on, judged_on = halves(pd.read_csv(folder / "boxes.csv")["field"].unique().tolist())
    made_with = machine()
    made_with["versions"]["scipy"] = version("scipy")
    facts = {
        "date": time.strftime("%Y-%m-%d"),
        **made_with,
        "seed": SEED,
        "made_on": measure(folder, made_on),
        "judged_on": measure(folder, judged_on),
    }
    write_whole(project / "results" / "fields.json", json.dumps(facts, indent=1).encode())
    print(json.dumps(facts["judged_on"], indent=1))


if __name__ == "__main__":
    main()
