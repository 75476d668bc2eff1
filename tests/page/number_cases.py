"""Small drawn cells, and what the Python library says of them, number for number."""

from functools import cache
from types import SimpleNamespace
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
import pandas as pd
from scipy.optimize import nnls
from scipy.special import stdtrit

from bloodshot_lib.fewshot.expected_accuracy import expected_accuracy
from bloodshot_lib.fewshot.held_out import class_gap, parts_left_out
from bloodshot_lib.fewshot.judged_supports import JudgedSupports
from bloodshot_lib.fewshot.selection import suggest_cells
from bloodshot_lib.fewshot.separability import pca_map
from bloodshot_lib.fewshot.unlikeness import held_out_distances
from bloodshot_lib.own_cells import classification
from bloodshot_lib.own_cells.labelled_cells import LabelledCells
from bloodshot_lib.own_cells.special_labels import NOT_A_CELL

# so many draws that the intervals' ends are nearly exact; the page has other random numbers
MANY = {
    "bloodshot_lib.fewshot.expected_accuracy._DRAWS": 40_000,
    "bloodshot_lib.fewshot.prevalence._DRAWS": 3_000,
}
FIVE = ["basophil", "eosinophil", "lymphocyte", "monocyte", "neutrophil"]


class Cells(NamedTuple):
    """Drawn cells: embeddings (N, D), the labels of some rows, and subjects or None for all.

    `copies` are pairs of rows of the same content, the first row first.
    """

    Z: np.ndarray
    labels: dict[int, str]
    groups: list[str] | None = None
    copies: tuple[tuple[int, int], ...] = ()

    @property
    def unlabelled(self) -> np.ndarray:
        known = {*self.labels, *(copy for row, copy in self.copies if row in self.labels)}
        return np.array([row for row in range(len(self.Z)) if row not in known], int)

    @property
    def judged(self) -> JudgedSupports:
        rows, groups = list(self.labels), None
        if self.groups:
            groups = np.array([self.groups[row] for row in rows])
        labels = np.array(list(self.labels.values()))
        return JudgedSupports.fit(
            self.Z[rows], labels, groups=groups, unlabelled=self.Z[self.unlabelled]
        )


def _drawn(seed, classes, n_labelled, n, width=12, apart=1.0, groups=None, copies=()):
    """Cells around one mean per class, of which the first are labelled, as many as asked."""
    rng = np.random.default_rng(seed)
    kinds = rng.permutation(np.arange(n) % len(classes))
    means = 1 + apart * rng.normal(size=(len(classes), width))
    Z = (means[kinds] + rng.normal(size=(n, width))).round(3).astype(np.float32).astype(float)
    for row, copy in copies:
        Z[copy] = Z[row]
    labels = {}
    for c, many in enumerate(n_labelled):
        labels |= {int(row): classes[c] for row in np.flatnonzero(kinds == c)[:many]}
    if groups == "of one class":
        groups = [f"{'äbc'[row % 3]}{kinds[row]}" for row in range(n)]
    elif groups:
        groups = [groups[row % len(groups)] for row in range(n)]
    return Cells(Z, dict(sorted(labels.items())), groups, copies)


@cache
def drawn_sets() -> dict[str, Cells]:
    people = ["Ann", "bob", "Zoë", "\ufb01\U0001f600", "\ufb01\ufb01", "cy", "di"]
    return {
        "five classes": _drawn(0, FIVE, [5, 5, 4, 5, 5], 70, 16),
        "five classes, one label each": _drawn(1, FIVE, [1] * 5, 50),
        "five classes, unlike numbers": _drawn(2, FIVE, [9, 2, 1, 4, 3], 60, apart=0.6),
        "two classes": _drawn(3, FIVE[:2], [3, 4], 40, apart=0.4),
        "two classes, few cells": _drawn(4, FIVE[:2], [2, 3], 20, 24),
        "two classes, one label each": _drawn(5, FIVE[:2], [1, 1], 20),
        "more labels than dimensions": _drawn(6, FIVE[:3], [8, 8, 8], 60, 6, apart=0.4),
        "many labels": _drawn(7, FIVE[:3], [40, 37, 28], 140, 8, apart=0.5),
        "all labelled": _drawn(8, FIVE[:3], [5, 5, 5], 15),
        "no cell": _drawn(9, [*FIVE[:3], NOT_A_CELL], [4, 4, 4, 3], 50, apart=0.8),
        "subjects": _drawn(10, FIVE[:3], [6, 6, 5], 50, groups=people),
        "subjects of one class each": _drawn(11, FIVE[:3], [6, 6, 5], 50, groups="of one class"),
        "one subject": _drawn(12, FIVE[:2], [4, 4], 50, groups=["Ann"]),
        "copies": _drawn(13, FIVE[:3], [4, 4, 4], 45, copies=((0, 30), (20, 40), (20, 41))),
    }


def sets() -> dict:
    return {
        name: {
            "width": cells.Z.shape[1],
            "Z": cells.Z.ravel().round(3).tolist(),
            "labels": list(cells.labels.items()),
            "groups": cells.groups,
            "copyOf": _copy_of(cells),
        }
        for name, cells in drawn_sets().items()
    }


def _copy_of(cells: Cells) -> list[int]:
    first = {copy: row for row, copy in cells.copies}
    return [first.get(row, row) for row in range(len(cells.Z))]


def permutations() -> dict:
    rng = np.random.default_rng(0)
    several = [rng.permutation(n).tolist() for n in (5, 1, 2, 7, 100, 3)]
    array = rng.permutation(np.array([4, 9, 11, 30])).tolist()
    long = np.random.default_rng(0).permutation(5000)[:40].tolist()
    return {"several": several, "array": array, "long": long}


def parts() -> dict:
    """The first twenty parts left out together, and how many there are."""
    found = {}
    for name, cells in drawn_sets().items():
        judged = cells.judged
        lists = [
            np.flatnonzero(out).tolist() for out in parts_left_out(judged.codes, judged.groups)
        ]
        found[name] = {"first": lists[:20], "number": len(lists)}
    return found


def heads() -> dict:
    """Scores, a few cells', of each class, and the gap between classes."""
    found = {}
    for name, cells in drawn_sets().items():
        judged = cells.judged
        gap = class_gap(judged.head, judged.X, judged.codes)
        found[name] = {"scores": _round(judged.head.scores(cells.Z[:15])), "gap": gap}
    return found


def held_out() -> dict:
    """The first judgements of supports, their number, and the logs of their distances."""
    found = {}
    for name, cells in drawn_sets().items():
        held, logs = cells.judged.held_out, _held_out_logs(cells)
        rows, scores = held.rows[:30].tolist(), _round(held.scores[:30])
        number = len(held.rows)
        found[name] = {"rows": rows, "scores": scores, "number": number, "logs": logs}
    return found


def _held_out_logs(cells: Cells) -> list[float]:
    judged = cells.judged
    return _round(held_out_distances(judged.X, judged.codes, judged.groups))


def temperatures() -> dict:
    return {name: cells.judged.temperature for name, cells in drawn_sets().items()}


def certainties() -> dict:
    """How sure the classifier is of each class for some cells, and how unlike all cells are."""
    return {
        name: {
            "shares": _round(cells.judged.predict_proba(cells.Z[-20:])),
            "unlikeness": _round(cells.judged.unlikeness(cells.Z)),
        }
        for name, cells in drawn_sets().items()
    }


def expected() -> dict:
    found = {}
    for name, cells in drawn_sets().items():
        accuracy, why_not = _expected(cells)
        if accuracy is None:
            found[name] = {"whyNot": why_not}
            continue
        found[name] = {
            "expected": accuracy.expected.to_dict("records"),
            "confusion": _round(accuracy.confusion["share"]),
            "cells": accuracy.confusion["cells"].tolist(),
            "verdicts": _plain(accuracy.verdicts),
            "unjudged": list(accuracy.unjudged),
            "apart": list(accuracy.apart),
            "basis": accuracy.basis,
            "whyNot": "",
            "doubtful": _plain(_doubtful_labels(cells, accuracy)),
        }
    return found


def _expected(cells: Cells):
    try:
        with _many("bloodshot_lib.fewshot.expected_accuracy._DRAWS"):
            return expected_accuracy(cells.judged, apart=(NOT_A_CELL,)), ""
    except ValueError as error:
        return None, str(error)


def _many(draws: str):
    return patch(draws, MANY[draws])


def _doubtful_labels(cells: Cells, accuracy) -> pd.DataFrame:
    table = pd.DataFrame({"file": list(cells.labels)})
    return LabelledCells.doubtful.fget(SimpleNamespace(accuracy=accuracy, table=table))


def prevalence() -> dict:
    """The shares of all cells of each set."""
    found = {}
    for name, cells in drawn_sets().items():
        judged, (accuracy, _) = cells.judged, _expected(cells)
        given = judged.classes[judged.predict_proba(cells.Z).argmax(axis=1)].astype(object)
        labelled = np.ones(len(given), bool)
        labelled[cells.unlabelled] = False
        own = {copy: row for row, copy in cells.copies}
        for row in np.flatnonzero(labelled):
            given[row] = cells.labels[own.get(row, row)]
        table = pd.DataFrame({"predicted": given, "labelled": labelled})
        known = SimpleNamespace(accuracy=accuracy, judged=judged, apart=NOT_A_CELL)
        with _many("bloodshot_lib.fewshot.prevalence._DRAWS"):
            rows = classification.shares(table, known)
        found[name] = None if rows is None else _plain(rows)
    return found


def suggestions() -> dict:
    """The first cells to label, and those after the labelled ones, as rows of all cells."""
    found = {}
    for name, cells in drawn_sets().items():
        rows = cells.unlabelled
        if len(rows) < 12:
            continue
        later = rows[suggest_cells(cells.Z[rows], 9, cells.Z[list(cells.labels)])]
        found[name] = {"first": suggest_cells(cells.Z, 12).tolist(), "later": later.tolist()}
    return found


def student() -> list[float]:
    """Below which Student's t lies with probability .95, for 1 to 200 degrees of freedom."""
    return stdtrit(np.arange(1, 201), 0.95).tolist()


def least_squares() -> list[dict]:
    """Non-negative least squares as the shares of classes need them."""
    rng, found = np.random.default_rng(0), []
    for n in (2, 3, 5, 8, 5, 5):
        rates = np.stack([rng.dirichlet(row) for row in 0.3 + np.eye(n) * rng.uniform(0, 6)])
        system = np.vstack([rates.T, np.full(n, 1e3)])
        target = np.append(rng.dirichlet(np.full(n, 0.5)), 1e3)
        square, product = system.T @ system, system.T @ target
        solution = nnls(system, target)[0].tolist()
        found.append(
            {"square": square.ravel().tolist(), "product": product.tolist(), "solution": solution}
        )
    return found


def maps() -> dict:
    """Where all cells of some sets lie, and the share of the variance that two axes show."""
    found = {}
    for name in ("five classes", "two classes, few cells", "subjects"):
        at, shares = pca_map(drawn_sets()[name].Z)
        found[name] = {"at": _round(at.to_numpy()), "share": float(shares.sum())}
    return found


def _round(numbers: np.ndarray | pd.Series) -> list:
    return np.round(numbers, 7).tolist()


def _plain(table: pd.DataFrame) -> list[dict]:
    return table.round(7).to_dict("records")


CASES = {
    "sets": sets,
    "permutations": permutations,
    "parts": parts,
    "heads": heads,
    "held_out": held_out,
    "temperatures": temperatures,
    "certainties": certainties,
    "expected": expected,
    "prevalence": prevalence,
    "suggestions": suggestions,
    "student": student,
    "least_squares": least_squares,
    "maps": maps,
}
