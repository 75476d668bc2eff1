"""Labelled cells and cells without labels -> a verdict on each, and how far to trust them."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.preprocessing import normalize

from ..data.images import colour_facts
from ..data.tables import file_facts, file_names
from ..fewshot.classifier import FewShotClassifier
from ..fewshot.expected_accuracy import ExpectedAccuracy, estimate_accuracy
from ..fewshot.prevalence import estimate_prevalence
from .embedded_cells import EmbeddedCells, copies_among

_ROWS = 2000  # cells at a time, so that memory does not grow with their number
_NEAREST = 3
_SIZES_DIFFER, _COLOURS_DIFFER = 1.25, 25.0  # a ratio of widths; of 255


class Verdicts(NamedTuple):
    """What `classify_cells` returns.

    - `cells`: a row per cell, in the folder's order: `file`, `predicted`, `certainty` (0 to 1),
      `runner_up`, `unlike` (True or False), `nearest` (labelled cells, by cosine), and
      `labelled`, whether it is itself among the labelled cells.
    - `accuracy`: what to expect, or None and, in `why_not`, why that cannot be said.
    - `prevalence`: see `estimate_prevalence`; None without `accuracy`.
    - `warnings`: what a person should know before trusting any of it.
    """

    cells: pd.DataFrame
    accuracy: ExpectedAccuracy | None
    why_not: str
    prevalence: pd.DataFrame | None
    warnings: list[str]


def classify_cells(labelled: EmbeddedCells, new: EmbeddedCells) -> Verdicts:
    """Classify new cells by labelled ones; a cell that is among these keeps its label."""
    groups = subjects_of(labelled)
    classifier = FewShotClassifier().fit(labelled.Z, labelled.table["label"], groups=groups)
    known = copies_among(labelled.table, new.table)
    names = file_names(labelled.table, 1).to_numpy()
    directions = normalize(labelled.Z)
    parts = [
        _judge(classifier, new.Z[start : start + _ROWS], directions, names)
        for start in range(0, len(new.Z), _ROWS)
    ]
    cells = pd.concat(parts, ignore_index=True)
    cells.insert(0, "file", file_names(new.table))
    cells["labelled"] = own = (known >= 0).to_numpy()
    labels = labelled.table["label"].to_numpy()
    cells.loc[own, "predicted"] = labels[known[own]]
    cells.loc[own, "nearest"] = names[known[own]]
    cells.loc[own, ["certainty", "runner_up", "unlike"]] = [1.0, "", False]
    accuracy, why_not = expected_accuracy(labelled)
    prevalence = None
    if accuracy is not None:
        prevalence = estimate_prevalence(cells["predicted"], accuracy)
    return Verdicts(cells, accuracy, why_not, prevalence, _differences(labelled, new))


def expected_accuracy(labelled: EmbeddedCells) -> tuple[ExpectedAccuracy | None, str]:
    """What accuracy to expect of these labels, or why it cannot be said."""
    try:
        return estimate_accuracy(labelled.Z, labelled.table["label"], subjects_of(labelled)), ""
    except ValueError as error:
        return None, str(error)


def subjects_of(labelled: EmbeddedCells) -> pd.Series | None:
    """The subject of each labelled cell, if subjects are named."""
    subject = labelled.table["subject"]
    return None if (subject == "").all() else subject


def _judge(
    classifier: FewShotClassifier, Z: np.ndarray, directions: np.ndarray, names: np.ndarray
) -> pd.DataFrame:
    shares = classifier.predict_proba(Z)
    order = np.argsort(-shares, axis=1, kind="stable")
    near = np.argsort(-(normalize(Z) @ directions.T), axis=1, kind="stable")[:, :_NEAREST]
    return pd.DataFrame(
        {
            "predicted": classifier.classes_[order[:, 0]].astype(object),
            "certainty": shares.max(axis=1),
            "runner_up": classifier.classes_[order[:, 1]].astype(object),
            "unlike": classifier.unlikeness(Z) > 1,
            "nearest": [" | ".join(names[row]) for row in near],
        }
    )


def _differences(labelled: EmbeddedCells, new: EmbeddedCells) -> list[str]:
    """Signs that the two folders are not from one microscope and stain."""
    found = []
    sizes = [file_facts(cells.table)["width"].median() for cells in (labelled, new)]
    if max(sizes) / min(sizes) > _SIZES_DIFFER:
        found.append(
            f"The labelled images are {sizes[0]:.0f} px wide and the new ones {sizes[1]:.0f} px"
            " (medians). If a cell fills another part of the image, label cells from the new"
            " folder instead."
        )
    colours = [colour_facts(cells.images[:_ROWS])[["red", "green", "blue"]].median()
               for cells in (labelled, new)]
    if (gap := (colours[0] - colours[1]).abs()).max() > _COLOURS_DIFFER:
        found.append(
            f"The images differ in colour: in {gap.idxmax()} the medians are {gap.max():.0f} of"
            " 255 apart. If stain, lamp or camera is another one, label cells from the new"
            " folder instead."
        )
    return found
