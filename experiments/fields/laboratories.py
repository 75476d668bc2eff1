"""Annotated white cells in whole fields, and single cells, laboratory by laboratory."""

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from PIL import Image

from bloodshot_lib.common.paths import data_folder

ANNOTATED = ("bccd", "bangkok", "bcisc")
SIDES = ["x", "y", "width", "height"]


class Laboratory(NamedTuple):
    """The fields of one laboratory, and the white cells in them.

    - `fields`: their paths below `folder`.
    - `boxes`: a row per cell: `field`, `x`, `y` (left and top edge), `width`, `height`, in the
      field's pixels.
    - `single`: whether a field is the image of one cell, of which only the place is known.
    """

    name: str
    folder: Path
    fields: list[str]
    boxes: pd.DataFrame
    single: bool = False

    @property
    def width(self) -> float:
        """The median cell's, in pixels: the root of its box's area."""
        return float(np.sqrt(self.boxes["width"] * self.boxes["height"]).median())

    def only(self, fields: Collection[str]) -> "Laboratory":
        """The same, with these fields alone."""
        boxes = self.boxes[self.boxes["field"].isin(fields)].reset_index(drop=True)
        return self._replace(fields=[each for each in self.fields if each in fields], boxes=boxes)

    def in_field(self, field: str) -> np.ndarray:
        """The cells of one field (n, 4): centre x, y, width and height, in its pixels."""
        boxes = self.boxes.loc[self.boxes["field"] == field, SIDES].to_numpy(float)
        return boxes + np.hstack([boxes[:, 2:] / 2, np.zeros((len(boxes), 2))])


class Single(NamedTuple):
    """Images of one cell each, in folders of their classes.

    - `width`: about that of the median cell, in pixels.
    - `junk`: the class of what is no white cell.
    """

    folder: str
    width: float
    junk: str


SINGLE = {
    "barcelona": Single("pbc_native", 140, "platelet"),
    "munich": Single("aml_lmu_sample", 185, "KSC"),  # smudge cells
}


def read_annotated(name: str) -> Laboratory:
    """One of `ANNOTATED`; each of its fields has a row in boxes.csv, if not of a white cell."""
    folder = data_folder() / f"{name}_fields"
    boxes = pd.read_csv(folder / "boxes.csv")
    fields = sorted(boxes["field"].unique())
    if "kind" in boxes:  # the corners of all cells; otherwise the centres of white ones
        boxes = boxes[boxes["kind"] == "WBC"].rename(columns={"xmin": "x", "ymin": "y"})
        boxes = boxes.assign(width=boxes["xmax"] - boxes["x"], height=boxes["ymax"] - boxes["y"])
    else:
        boxes = boxes.rename(columns={"w": "width", "h": "height"})
        boxes = boxes.assign(x=boxes["x"] - boxes["width"] / 2, y=boxes["y"] - boxes["height"] / 2)
    boxes = boxes[["field", *SIDES]].astype(dict.fromkeys(SIDES, float))
    return Laboratory(name, folder, fields, boxes.reset_index(drop=True))


def read_single(name: str) -> Laboratory:
    """One of `SINGLE`: the cell is in the middle of its image."""
    of = SINGLE[name]
    folder = data_folder() / of.folder
    paths = sorted(path for path in folder.glob("*/*") if path.suffix in (".jpg", ".tiff"))
    rows = []
    for path in paths:
        if path.parent.name != of.junk:
            with Image.open(path) as image:
                x, y = ((side - of.width) / 2 for side in image.size)
            rows.append((path.relative_to(folder).as_posix(), x, y, of.width, of.width))
    fields = [path.relative_to(folder).as_posix() for path in paths]
    return Laboratory(name, folder, fields, pd.DataFrame(rows, columns=["field", *SIDES]), True)


def halves(names: list[str], seed: int = 0) -> tuple[list[str], list[str]]:
    """Fields to learn from and fields to judge on, at random."""
    order = np.random.default_rng(seed).permutation(sorted(names)).tolist()
    return order[: len(order) // 2], order[len(order) // 2 :]
