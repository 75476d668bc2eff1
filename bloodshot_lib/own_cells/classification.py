"""Labelled cells and new cells -> a verdict on each new one, and how far to trust it."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.neighbors import NearestNeighbors

from ..data.images import colour_facts
from ..data.tables import file_facts, file_names, named_subjects
from ..fewshot.classifier import FewShotClassifier
from ..fewshot.expected_accuracy import ExpectedAccuracy, estimate_accuracy
from ..fewshot.prevalence import estimate_prevalence
from .embedded_cells import EmbeddedCells, copies_among

_LOOKED_AT = 2000  # cells of a folder whose colours are compared
_NEAREST = 3
_SIZES_DIFFER, _COLOURS_DIFFER = 1.25, 25.0  # a ratio of widths; grey levels of 255


class Classified(NamedTuple):
    """What `classify_cells` returns.

    - `cells`: a row per cell, in the folder's order: `file`, `predicted`, `certainty` (0 to 1),
      `runner_up`, `unlike` (True or False), `nearest` (labelled cells, by cosine), and
      `labelled`, whether it is one of the labelled cells.
    - `accuracy`: what to expect, or None; then `why_not` gives the reason.
    - `prevalence`: see `estimate_prevalence`; None without `accuracy`. Labelled cells among them
      are certain, so an interval never begins below their share.
    - `warnings`: what to know before trusting any of it.
    """

    cells: pd.DataFrame
    accuracy: ExpectedAccuracy | None
    why_not: str
    prevalence: pd.DataFrame | None
    warnings: list[str]


def classify_cells(labelled: EmbeddedCells, new: EmbeddedCells) -> Classified:
    """Classify new cells by labelled ones; a labelled cell among them keeps its label."""
    labels, names = labelled.table["label"], file_names(labelled.table, 1).to_numpy()
    groups = named_subjects(labelled.table["subject"])
    classifier = FewShotClassifier().fit(labelled.Z, labels, groups=groups)
    cells = _judge(classifier, new.Z, labelled.Z, names)
    cells.insert(0, "file", file_names(new.table))
    known = copies_among(labelled.table, new.table)
    cells["labelled"] = own = (known >= 0).to_numpy()
    cells.loc[own, "predicted"] = labels.to_numpy()[known[own]]
    cells.loc[own, "nearest"] = names[known[own]]
    cells.loc[own, "certainty"], cells.loc[own, "unlike"] = 1.0, False
    cells.loc[own, "runner_up"] = ""
    accuracy, why_not = expected_accuracy(labelled)
    prevalence = None if accuracy is None else _prevalence(cells, accuracy)
    return Classified(cells, accuracy, why_not, prevalence, _differences(labelled, new))


def expected_accuracy(labelled: EmbeddedCells) -> tuple[ExpectedAccuracy | None, str]:
    """What accuracy to expect with these labels, or why that cannot be said."""
    groups = named_subjects(labelled.table["subject"])
    try:
        return estimate_accuracy(labelled.Z, labelled.table["label"], groups), ""
    except ValueError as error:
        return None, str(error)


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


def _judge(
    classifier: FewShotClassifier, Z: np.ndarray, Z_labelled: np.ndarray, names: np.ndarray
) -> pd.DataFrame:
    shares = classifier.predict_proba(Z)
    order = np.argsort(-shares, axis=1, kind="stable")
    nearest = NearestNeighbors(n_neighbors=min(_NEAREST, len(names)), metric="cosine")
    near = nearest.fit(Z_labelled).kneighbors(Z, return_distance=False)
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
    """Signs that the two folders do not share a microscope and stain."""
    found = []
    sizes = [file_facts(cells.table)["width"].median() for cells in (labelled, new)]
    if max(sizes) / min(sizes) > _SIZES_DIFFER:
        found.append(
            f"The labelled images are {sizes[0]:.0f} px wide and the new ones {sizes[1]:.0f} px"
            " (medians). If cells fill a different share of the image, label cells from the new"
            " folder instead."
        )
    colours = [colour_facts(cells.images[:_LOOKED_AT])[["red", "green", "blue"]].median()
               for cells in (labelled, new)]
    if (gap := (colours[0] - colours[1]).abs()).max() > _COLOURS_DIFFER:
        found.append(
            f"The images differ in colour: in {gap.idxmax()} the medians are {gap.max():.0f} of"
            " 255 apart. If stain, lamp or camera has changed, label cells from the new folder"
            " instead."
        )
    return found
