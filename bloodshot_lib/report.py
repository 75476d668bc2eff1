"""Arithmetic on the report's printed tables: what its numbers say when worked through."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

ROUNDING = 0.0005  # half a unit of the third decimal, in which Table 1 is printed


def solve_confusion(accuracy: float, f1_positive: float, f1_negative: float, n_positive: int,
                    n_negative: int) -> dict[str, float]:
    """The sensitivity and specificity behind an accuracy and two F1 scores of a two-class test.

    With N cells, `errors = N (1 - accuracy)` and `F1 = 2 hits / (2 hits + errors)`, so each F1 gives its class's hits.
    Three numbers determine two: `misfit` is by how many cells the hits miss `N accuracy`. The printed values are means
    over episodes, for which the identity holds only nearly, and the misfit shows how nearly.
    """
    total = n_positive + n_negative
    errors = total * (1 - accuracy)
    sensitivity, specificity = (f1 * errors / (2 * (1 - f1)) / n for f1, n in
                                ((f1_positive, n_positive), (f1_negative, n_negative)))
    return {"sensitivity": sensitivity, "specificity": specificity,
            "balanced_accuracy": (sensitivity + specificity) / 2, "macro_f1": (f1_positive + f1_negative) / 2,
            "misfit": sensitivity * n_positive + specificity * n_negative - total * accuracy}


def solve_table1(table: pd.DataFrame, n_positive: int = 1219, n_negative: int = 648) -> pd.DataFrame:
    """`solve_confusion` for each arm of Table 1; `*_low` and `*_high` are what rounding to three decimals leaves."""
    rows = {}
    for arm, *printed in table[["arm", "accuracy", "f1_all", "f1_hem"]].itertuples(index=False):
        corners = np.stack(np.meshgrid(*[(value - ROUNDING, value + ROUNDING) for value in printed]), -1).reshape(-1, 3)
        spread = pd.DataFrame([solve_confusion(*corner, n_positive, n_negative) for corner in corners])
        rows[arm] = solve_confusion(*printed, n_positive, n_negative) | {
            "balanced_low": spread["balanced_accuracy"].min(), "balanced_high": spread["balanced_accuracy"].max()}
    return pd.DataFrame(rows).T.rename_axis("arm")


def solve_table2(table: pd.DataFrame) -> dict[str, float]:
    """Accuracy, weighted and macro F1, balanced accuracy, and how many classes are ever predicted, from Table 2."""
    recall, precision, share = table["recall"], table["precision"], table["cells"] / table["cells"].sum()
    f1 = (2 * precision * recall / (precision + recall)).fillna(0)
    return {"cells": int(table["cells"].sum()), "accuracy": (recall * share).sum(), "weighted_f1": (f1 * share).sum(),
            "macro_f1": f1.mean(), "balanced_accuracy": recall.mean(), "predicted_classes": int((recall > 0).sum())}


def margin_handicap(degrees: Sequence[float], margin_deg: float, scale: float) -> pd.DataFrame:
    """The logit of class 0 at an angle to its direction, without and with the margin that the report's test leaves on.

    `needed` is the angle at which, with the margin, the class would have the logit it has at `degrees` without.
    """
    angle, margin = np.radians(degrees), np.radians(margin_deg)
    return pd.DataFrame({"degrees": degrees, "logit": scale * np.cos(angle),
                         "with_margin": scale * np.cos(angle + margin), "needed": np.asarray(degrees) - margin_deg})


def expected_subjects(cells_per_subject: Sequence[int], k: int) -> float:
    """How many distinct subjects `k` draws with replacement cover on average: the sum of 1 - (1 - p)^k."""
    p = np.asarray(cells_per_subject) / np.sum(cells_per_subject)
    return float((1 - (1 - p) ** k).sum())
