"""Labelled cells and new cells -> a verdict on each new one, and the share of each class."""

import numpy as np
import pandas as pd

from ..data.tables import named_subjects
from ..fewshot.heads import cosine_scores
from ..fewshot.prevalence import estimate_prevalence
from .labelled_cells import LabelledCells

DOUBTFUL = 0.7  # cells below this certainty are to be looked at
_NEAREST, _AT_ONCE = 3, 4096


def classify_cells(labelled: LabelledCells) -> pd.DataFrame:
    """Classify the new cells by the labelled ones; a labelled cell among them keeps its label.

    Returns a row per cell, in the folder's order: `file`; `subject`, if somebody is named;
    `predicted`, `certainty` (0 to 1), `runner_up`; `unlike` (True or False) and `unlikeness`,
    which is above 1 for these; `nearest` (labelled cells, by cosine); `labelled`, whether it is
    one of the labelled cells; `differs`, whether size, colour or both differ from all labelled
    images; `content`, which tells the image whatever its name.
    """
    new, known, judged, differ = labelled.new, labelled.known, labelled.judged, labelled.differing
    shares, unlikeness = judged.predict_proba(new.Z), judged.unlikeness(new.Z)
    order = np.argsort(-shares, axis=1, kind="stable")
    first, second = judged.classes[order[:, :2].T].astype(object)
    cells = new.table[["file", "subject"]].assign(
        predicted=first,
        certainty=shares.max(axis=1),
        runner_up=second,
        unlike=unlikeness > 1,
        unlikeness=unlikeness,
        nearest=_nearest(new.Z, labelled),
        labelled=known >= 0,
        differs=np.select(
            [differ.all(axis=1), *differ.T.to_numpy()], ["size and colour", *differ], ""
        ),
        content=new.table["content"],
    )
    theirs, own = labelled.table.iloc[known[known >= 0]], cells["labelled"]
    cells.loc[own, ["predicted", "nearest"]] = theirs[["label", "file"]].to_numpy()
    cells.loc[own, ["certainty", "unlike", "unlikeness", "runner_up"]] = [1.0, False, 0.0, ""]
    return cells.drop(columns=["subject"] if named_subjects(cells["subject"]) is None else [])


def doubtful(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells to look at, the least certain first, without those unlike all labelled."""
    found = cells[(cells["certainty"] < DOUBTFUL) & ~cells["unlike"]]
    return found.sort_values("certainty", kind="stable")


def shares(cells: pd.DataFrame, labelled: LabelledCells) -> pd.DataFrame | None:
    """Each class's share of all cells: see `estimate_prevalence`; None without an accuracy.

    Only cells without a label are in doubt, so that an interval never begins below the share of
    the labelled ones. What is no cell is not counted.
    """
    if labelled.accuracy is None:
        return None
    classes = [name for name in labelled.judged.classes if name != labelled.apart]
    counts = pd.crosstab(cells["predicted"], cells["labelled"]).reindex(
        index=classes, columns=[False, True], fill_value=0
    )
    total, others = counts.sum(axis=1), counts[False].sum()
    n = max(total.sum(), 1)
    found = pd.DataFrame({"cells": total, "share": total / n, "low": total / n, "high": total / n})
    if others:
        rest = estimate_prevalence(cells["predicted"][~cells["labelled"]], labelled.accuracy)
        bounds = rest.set_index("label")[["low", "high"]] * others
        found[["low", "high"]] = bounds.add(counts[True], axis=0) / n
    return found.rename_axis("label").reset_index()


def _nearest(Z: np.ndarray, labelled: LabelledCells) -> list[str]:
    """The labelled cells with the largest cosine, nearest first."""
    files, names = labelled.table["file"].to_numpy(), []
    for part in np.array_split(Z, 1 + len(Z) // _AT_ONCE):
        order = np.argsort(-cosine_scores(labelled.cells.Z, part), axis=1, kind="stable")
        names += [" | ".join(files[row]) for row in order[:, :_NEAREST]]
    return names
