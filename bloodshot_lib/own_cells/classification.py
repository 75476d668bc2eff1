"""Labelled cells and new cells -> a verdict on each new one, and how far to trust it."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from ..data.tables import named_subjects
from ..fewshot.heads import cosine_scores
from ..fewshot.prevalence import estimate_prevalence
from .image_differences import difference_warnings, differing
from .labelled_cells import LabelledCells

_NEAREST, _AT_ONCE = 3, 4096


class Classified(NamedTuple):
    """What `classify_cells` returns.

    - `cells`: a row per cell, in the folder's order: `file`; `subject`, if somebody is named;
      `predicted`, `certainty` (0 to 1), `runner_up`; `unlike` (True or False) and `unlikeness`,
      which is above 1 for these; `nearest` (labelled cells, by cosine); `labelled`, whether it
      is one of the labelled cells; `differs`, whether size, colour or both differ from all
      labelled images; `content`, which tells the image whatever its name.
    - `prevalence`: see `estimate_prevalence`; None if no accuracy can be stated. Labelled cells
      among them are certain, so an interval never begins below their share.
    - `warnings`: what to know before trusting any of it.
    - `classes`: all of them, sorted.
    """

    cells: pd.DataFrame
    prevalence: pd.DataFrame | None
    warnings: list[str]
    classes: list[str]

    @property
    def counts(self) -> pd.Series:
        """How many cells were given each class."""
        return self.cells["predicted"].value_counts().reindex(self.classes, fill_value=0)


def classify_cells(labelled: LabelledCells) -> Classified:
    """Classify the new cells by the labelled ones; a labelled cell among them keeps its label."""
    new, known = labelled.new, labelled.known
    cells = _judge(labelled, new.Z)
    cells.insert(0, "file", new.table["file"])
    if named_subjects(new.table["subject"]) is not None:
        cells.insert(1, "subject", new.table["subject"])
    cells["labelled"] = own = known >= 0
    theirs = labelled.table.iloc[known[own]]
    cells.loc[own, "predicted"] = theirs["label"].to_numpy()
    cells.loc[own, "nearest"] = theirs["file"].to_numpy()
    cells.loc[own, ["certainty", "unlike", "unlikeness", "runner_up"]] = [1.0, False, 0.0, ""]
    differ = differing(labelled)
    cells["differs"] = (
        differ["size"]
        .map({True: "size and colour", False: "colour"})
        .where(differ["colour"], differ["size"].map({True: "size", False: ""}))
    )
    cells["content"] = new.table["content"]
    classes = labelled.judged.classes.tolist()
    return Classified(
        cells,
        labelled.accuracy and _prevalence(cells, labelled),
        difference_warnings(labelled, differ),
        classes,
    )


def _prevalence(cells: pd.DataFrame, labelled: LabelledCells) -> pd.DataFrame:
    """Each class's share of all cells, of which only those without a label are in doubt.

    What is no cell is not counted.
    """
    classes = [name for name in labelled.judged.classes if name != labelled.apart]
    own, predicted = cells["labelled"], cells["predicted"]
    mine, others = (
        predicted[rows].value_counts().reindex(classes, fill_value=0) for rows in (own, ~own)
    )
    counts = mine + others
    n = max(counts.sum(), 1)
    frame = pd.DataFrame({"label": classes, "cells": counts.to_numpy()})
    frame["share"] = frame["low"] = frame["high"] = frame["cells"] / n
    if others.sum():
        rest = estimate_prevalence(predicted[~own], labelled.accuracy).set_index("label")
        for bound in ("low", "high"):
            among = mine + rest[bound].reindex(classes) * others.sum()
            frame[bound] = among.to_numpy() / n
    return frame


def _judge(labelled: LabelledCells, Z: np.ndarray) -> pd.DataFrame:
    judged, files = labelled.judged, labelled.table["file"].to_numpy()
    shares = judged.predict_proba(Z)
    order = np.argsort(-shares, axis=1, kind="stable")
    unlikeness = judged.unlikeness(Z)
    near = [_nearest(part, labelled.cells.Z) for part in np.array_split(Z, 1 + len(Z) // _AT_ONCE)]
    return pd.DataFrame(
        {
            "predicted": judged.classes[order[:, 0]].astype(object),
            "certainty": shares.max(axis=1),
            "runner_up": judged.classes[order[:, 1]].astype(object),
            "unlike": unlikeness > 1,
            "unlikeness": unlikeness,
            "nearest": [" | ".join(files[row]) for row in np.concatenate(near)],
        }
    )


def _nearest(Z: np.ndarray, Z_labelled: np.ndarray) -> np.ndarray:
    """The rows of the labelled cells with the largest cosine, nearest first, (N, 3)."""
    cosines = cosine_scores(Z_labelled, Z)
    return np.argsort(-cosines, axis=1, kind="stable")[:, :_NEAREST]
