"""Cells -> their pictures on a page, and what the page's script knows of each."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from PIL import Image

from ..fewshot.separability import pca_map
from ..plots.mosaic import data_uri
from .labelled_cells import LabelledCells

COLUMNS, ROWS = 25, 20  # of the small pictures in one sheet
LARGE = 288  # pixels of a picture to name a cell by
_SIDE, _SMALL, _QUALITY = 144, 64, 70
_MOST, _ON_THE_MAP = 10_000, 800  # new cells with a small picture: some 11 MB


class CellsOnPage:
    """What a page shows of cells: the labelled ones, then new ones, numbered from 0.

    - `cells`: the new cells as in cells.csv, in the rows of `labelled.new`.
    - `number`: the numbers of the new cells, by row. Of many cells, those that have a small
      picture are spread over classes and certainties; the others have no number.
    """

    def __init__(self, cells: pd.DataFrame, labelled: LabelledCells):
        self._cells, self._labelled, self._new = cells, labelled, labelled.new
        order = cells.sort_values(["predicted", "certainty"], kind="stable").index
        rows = spread(pd.Series(order), _MOST).sort_values()
        self.number = pd.Series(np.arange(len(rows)) + len(labelled.table), index=rows)

    def tiles(self, cells: pd.DataFrame) -> list[dict]:
        """Some of the new cells with their numbers and larger pictures."""
        pictures = [picture(self._new.images[row]) for row in cells.index]
        numbers = self.number.reindex(cells.index).fillna(-1).astype(int)
        return cells.assign(picture=pictures, number=numbers).to_dict("records")

    def sheets(self) -> list[str]:
        """The small pictures of all numbered cells, `COLUMNS` times `ROWS` in each data URI."""
        end, per = len(self._labelled.table) + len(self.number), COLUMNS * ROWS
        parts = [np.arange(at, min(at + per, end)) for at in range(0, end, per)]
        with ThreadPoolExecutor(4) as threads:  # Pillow and numpy let them work at once
            return list(threads.map(lambda part: _sheet(self._images(part)), parts))

    def _images(self, numbers: np.ndarray) -> np.ndarray:
        first = len(self._labelled.table)
        mine, rows = numbers[numbers < first], self.number.index[numbers[numbers >= first] - first]
        return np.concatenate([self._labelled.cells.images[mine], self._new.images[rows]])

    def facts(self) -> dict:
        """What the script knows of each numbered cell, a list per column, and the map.

        `content` tells which cells are one; it is the labelled cell's of a new one that is it.
        """
        mine, new = self._labelled.table, self._cells.loc[self.number.index]
        known, subjects = self._labelled.known[new.index], self._labelled.subjects
        own = mine["content"].reindex(known).set_axis(new.index)
        classes = sorted({*mine["label"], *new["predicted"]})
        code = {name: number for number, name in enumerate(classes)}
        row = {file: number for number, file in enumerate(mine["file"])}
        near = [[row[f] for f in files.split(" | ") if f in row] for files in new["nearest"]]
        none = [-1] * len(mine)
        return {
            "classes": classes,
            "labelled": len(mine),
            "file": [*mine["file"], *new["file"]],
            "content": [*mine["content"], *own.fillna(new["content"])],
            "subject": [] if subjects is None else [*subjects],  # new cells keep theirs
            "class": [code[name] for name in (*mine["label"], *new["predicted"])],
            "certainty": [*none, *new["certainty"].round(2)],
            "other": [*none, *(code.get(name, -1) for name in new["runner_up"])],
            "near": [[] for _ in none] + near,
            "marks": [*("labelled" for _ in none), *marks(new)],
            "map": self._map(),
        }

    def _map(self) -> dict | None:
        """Labelled cells and some of the new ones on the first two principal components."""
        rows = np.sort(np.random.default_rng(0).permutation(self.number.index)[:_ON_THE_MAP])
        try:
            at, shares = pca_map(np.concatenate([self._labelled.cells.Z, self._new.Z[rows]]))
        except ValueError:  # cells that are all alike
            return None
        at = ((at - at.min()) / (at.max() - at.min())).astype(float).round(4)
        return {
            "row": [*range(len(self._labelled.table)), *self.number[rows].tolist()],
            "x": at["pc1"].tolist(),
            "y": (1 - at["pc2"]).round(4).tolist(),
            "all": len(rows) == len(self._new.Z),
            "share": float(sum(shares)),
        }


def marks(cells: pd.DataFrame) -> list[str]:
    """What is worth knowing of each cell, in a few words."""
    differs = cells["differs"].map(lambda kind: f"differs in {kind}" if kind else "")
    labelled = cells["labelled"].map({True: "labelled by you", False: ""})
    unlike = cells["unlike"].map({True: "unlike all labelled", False: ""})
    return [", ".join(filter(None, found)) for found in zip(labelled, unlike, differs, strict=True)]


def spread(rows: pd.DataFrame | pd.Series, n: int) -> pd.DataFrame | pd.Series:
    """At most n of the rows, evenly from the first to the last."""
    return rows if len(rows) <= n else rows.iloc[np.linspace(0, len(rows) - 1, n).astype(int)]


def picture(image: np.ndarray, side: int = _SIDE) -> str:
    """A cell (S, S, 3), uint8, as a JPEG in a data URI, of at most so many pixels a side."""
    whole = Image.fromarray(np.asarray(image))
    whole.thumbnail((side, side), Image.Resampling.HAMMING)
    return data_uri(whole)


def _sheet(images: np.ndarray) -> str:
    """Up to `COLUMNS` times `ROWS` images (n, S, S, 3), reduced and side by side."""
    factor = -(-images.shape[1] // _SMALL)
    side = images.shape[1] // factor * factor
    whole = np.zeros((ROWS * COLUMNS, side, side, 3), np.uint8)
    whole[: len(images)] = images[:, :side, :side]
    whole = whole.reshape(ROWS, COLUMNS, side, side, 3).swapaxes(1, 2)
    whole = whole.reshape(ROWS * side, COLUMNS * side, 3)
    return data_uri(Image.fromarray(whole).reduce(factor), _QUALITY)
