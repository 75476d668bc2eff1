"""Labelled cells and new cells -> a verdict on each new one, and how far to trust it."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from ..data.tables import file_facts, file_names
from ..fewshot.expected_accuracy import ExpectedAccuracy
from ..fewshot.heads import cosine_scores
from ..fewshot.prevalence import estimate_prevalence
from .embedded_cells import EmbeddedCells
from .labelled_cells import LabelledCells

_LOOKED_AT = 400  # cells of a folder whose sizes and colours are compared
_NEAREST, _AT_ONCE = 3, 4096
_SIZES_DIFFER, _COLOURS_DIFFER = 1.25, 25.0  # a ratio of widths; grey levels of 255


class Classified(NamedTuple):
    """What `classify_cells` returns.

    - `cells`: a row per cell, in the folder's order: `file`, `predicted`, `certainty` (0 to 1),
      `runner_up`, `unlike` (True or False), `nearest` (labelled cells, by cosine), and
      `labelled`, whether it is one of the labelled cells.
    - `prevalence`: see `estimate_prevalence`; None if no accuracy can be stated. Labelled cells
      among them are certain, so an interval never begins below their share.
    - `warnings`: what to know before trusting any of it.
    """

    cells: pd.DataFrame
    prevalence: pd.DataFrame | None
    warnings: list[str]

    @property
    def counts(self) -> pd.Series:
        """How many cells were given each class."""
        return self.cells["predicted"].value_counts().sort_index()


def classify_cells(labelled: LabelledCells, new: EmbeddedCells) -> Classified:
    """Classify new cells by labelled ones; a labelled cell among them keeps its label."""
    cells, known = _judge(labelled, new.Z), labelled.rows_of(new.table)
    cells.insert(0, "file", file_names(new.table))
    cells["labelled"] = own = known >= 0
    theirs = labelled.table.iloc[known[own]]
    cells.loc[own, "predicted"] = theirs["label"].to_numpy()
    cells.loc[own, "nearest"] = theirs["file"].to_numpy()
    cells.loc[own, ["certainty", "unlike", "runner_up"]] = [1.0, False, ""]
    prevalence = labelled.accuracy and _prevalence(cells, labelled.accuracy)
    return Classified(cells, prevalence, _differences(labelled.cells, new))


def _prevalence(cells: pd.DataFrame, accuracy: ExpectedAccuracy) -> pd.DataFrame:
    """Each class's share of all cells, of which only those without a label are in doubt."""
    own, classes = cells["labelled"], accuracy.confusion["label"].unique()
    given = cells["predicted"].groupby([own, cells["predicted"]]).size().unstack(fill_value=0)
    given = given.reindex([True, False], columns=classes, fill_value=0)
    frame = pd.DataFrame({"label": classes, "cells": given.sum().to_numpy()})
    frame["share"] = frame["low"] = frame["high"] = frame["cells"] / len(cells)
    if not own.all():
        rest = estimate_prevalence(cells.loc[~own, "predicted"], accuracy)
        for bound in ("low", "high"):
            among = given.loc[True].to_numpy() + rest[bound] * (~own).sum()
            frame[bound] = among / len(cells)
    return frame


def _judge(labelled: LabelledCells, Z: np.ndarray) -> pd.DataFrame:
    judged, files = labelled.judged, labelled.table["file"].to_numpy()
    shares = judged.predict_proba(Z)
    order = np.argsort(-shares, axis=1, kind="stable")
    near = [_nearest(part, labelled.cells.Z) for part in np.array_split(Z, 1 + len(Z) // _AT_ONCE)]
    return pd.DataFrame(
        {
            "predicted": judged.classes[order[:, 0]].astype(object),
            "certainty": shares.max(axis=1),
            "runner_up": judged.classes[order[:, 1]].astype(object),
            "unlike": judged.unlikeness(Z) > 1,
            "nearest": [" | ".join(files[row]) for row in np.concatenate(near)],
        }
    )


def _nearest(Z: np.ndarray, Z_labelled: np.ndarray) -> np.ndarray:
    """The rows of the labelled cells with the largest cosine, nearest first, (N, 3)."""
    cosines = cosine_scores(Z_labelled, Z)
    return np.argsort(-cosines, axis=1, kind="stable")[:, :_NEAREST]


def _differences(labelled: EmbeddedCells, new: EmbeddedCells) -> list[str]:
    """Signs that the two folders do not share a microscope and stain."""
    found, sides = [], [_medians(cells) for cells in (labelled, new)]
    widths = [side["width"] for side in sides]
    if max(widths) / min(widths) > _SIZES_DIFFER:
        found.append(
            f"The labelled images are {widths[0]:.0f} px wide and the new ones {widths[1]:.0f} px"
            " (medians). If cells fill a different share of the image, label cells from the new"
            " folder instead."
        )
    gap = (sides[0] - sides[1]).abs()[["red", "green", "blue"]]
    if gap.max() > _COLOURS_DIFFER:
        found.append(
            f"The images differ in colour: in {gap.idxmax()} the medians are {gap.max():.0f} of"
            " 255 apart. If stain, lamp or camera has changed, label cells from the new folder"
            " instead."
        )
    return found


def _medians(cells: EmbeddedCells) -> pd.Series:
    """The median width, red, green and blue of some of the images, spread over all of them."""
    some = slice(None, None, -(-len(cells.table) // _LOOKED_AT))
    pixels = cells.images[some, ::2, ::2]
    facts = pd.DataFrame(pixels.mean(axis=(1, 2)), columns=["red", "green", "blue"])
    return facts.assign(width=file_facts(cells.table.iloc[some])["width"].to_numpy()).median()
