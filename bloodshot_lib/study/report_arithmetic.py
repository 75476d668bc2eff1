"""Arithmetic on the report's printed tables: what its numbers say when worked through."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..common.checks import check_count, check_labels, check_number, check_rows, check_table

ROUNDING = 0.0005  # half a unit of the third decimal, in which Table 1 is printed
# how far up rounding takes accuracy and both F1
_LIMITS = (1, 1 - ROUNDING / 2, 1 - ROUNDING / 2)


def solve_confusion(
    accuracy: float, f1_positive: float, f1_negative: float, n_positive: int, n_negative: int
) -> dict[str, float]:
    """The sensitivity and specificity behind a two-class test's accuracy and two F1 scores.

    With N cells, `errors = N (1 - accuracy)` and `F1 = 2 hits / (2 hits + errors)`, so each F1
    gives its class's hits. Three numbers determine two: `misfit` is by how many cells the hits
    miss `N accuracy`. The printed values are means over episodes, for which the identity holds
    only nearly, and the misfit shows how nearly.

    Raises ValueError for numbers outside 0 to 1, an F1 of 1 (without errors there is nothing to
    solve) and counts below 1.
    """
    accuracy = check_number("accuracy", accuracy, least=0, most=1)
    f1 = _f1_score("f1_positive", f1_positive), _f1_score("f1_negative", f1_negative)
    counts = check_count("n_positive", n_positive), check_count("n_negative", n_negative)
    return _solve(accuracy, *f1, *counts)


def _f1_score(name: str, value: object) -> float:
    if (score := check_number(name, value, least=0, most=1)) == 1:
        raise ValueError(
            f"`{name}` is below 1; got {value!r}: with no errors there is nothing to solve."
        )
    return score


def _solve(
    accuracy: float, f1_positive: float, f1_negative: float, n_positive: int, n_negative: int
) -> dict[str, float]:
    total = n_positive + n_negative
    errors = total * (1 - accuracy)
    sensitivity, specificity = (
        f1 * errors / (2 * (1 - f1)) / n
        for f1, n in ((f1_positive, n_positive), (f1_negative, n_negative))
    )
    return {
        "sensitivity": sensitivity,
        "specificity": specificity,
        "balanced_accuracy": (sensitivity + specificity) / 2,
        "macro_f1": (f1_positive + f1_negative) / 2,
        "misfit": sensitivity * n_positive + specificity * n_negative - total * accuracy,
    }


def solve_table1(
    table: pd.DataFrame, n_positive: int = 1219, n_negative: int = 648
) -> pd.DataFrame:
    """`solve_confusion` for each arm of Table 1, a row per arm.

    `balanced_low` and `balanced_high` are what rounding to three decimals leaves of the
    balanced accuracy.
    """
    columns = ["arm", "accuracy", "f1_all", "f1_hem"]
    arms = check_labels(check_table(table, columns, least=1)["arm"], "arm")
    if (twice := pd.Series(arms).duplicated()).any():
        raise ValueError(
            f"`table` has one row per arm; {str(arms[twice][0])!r} is there twice."
        )
    counts = check_count("n_positive", n_positive), check_count("n_negative", n_negative)
    rows = {}
    for arm, accuracy, *f1 in table[columns].itertuples(index=False):
        printed = [
            check_number("accuracy", accuracy, least=0, most=1),
            *(_f1_score(name, score) for name, score in zip(columns[2:], f1, strict=True)),
        ]
        corners = np.stack(
            np.meshgrid(*[(value - ROUNDING, value + ROUNDING) for value in printed]), -1
        ).reshape(-1, 3)
        spread = pd.DataFrame([_solve(*corner, *counts) for corner in corners.clip(0, _LIMITS)])
        rows[arm] = _solve(*printed, *counts) | {
            "balanced_low": spread["balanced_accuracy"].min(),
            "balanced_high": spread["balanced_accuracy"].max(),
        }
    return pd.DataFrame(rows).T.rename_axis("arm")


def solve_table2(table: pd.DataFrame) -> dict[str, float]:
    """What Table 2 says of all classes together.

    Returns how many cells there are, accuracy, weighted and macro F1, balanced accuracy, and
    how many classes are ever predicted.
    """
    check_table(table, ("recall", "precision", "cells"), least=1)
    recall, precision = (_numbers(name, table[name], 0, 1) for name in ("recall", "precision"))
    cells = _counts("cells", table["cells"])
    f1 = 2 * precision * recall / np.where(precision + recall, precision + recall, 1)
    share = cells / cells.sum()
    return {
        "cells": int(cells.sum()),
        "accuracy": (recall * share).sum(),
        "weighted_f1": (f1 * share).sum(),
        "macro_f1": f1.mean(),
        "balanced_accuracy": recall.mean(),
        "predicted_classes": int((recall > 0).sum()),
    }


def margin_handicap(degrees: Sequence[float], margin_deg: float, scale: float) -> pd.DataFrame:
    """The logit of class 0 at an angle to its direction, without and with the margin.

    The report's test leaves the margin on. `needed` is the angle at which, with the margin, the
    class would have the logit it has at `degrees` without: `degrees` minus the margin.
    """
    degrees = _numbers("degrees", degrees, least=-180, most=180)
    check_number("margin_deg", margin_deg, least=0, most=180)
    check_number("scale", scale, above=0)
    angle, margin = np.radians(degrees), np.radians(margin_deg)
    return pd.DataFrame(
        {
            "degrees": degrees,
            "logit": scale * np.cos(angle),
            "with_margin": scale * np.cos(angle + margin),
            "needed": degrees - margin_deg,
        }
    )


def expected_subjects(cells_per_subject: Sequence[int], k: int) -> float:
    """How many distinct subjects `k` draws with replacement cover on average.

    That is the sum over subjects of 1 - (1 - p)^k, p a subject's share of the cells.
    """
    cells = _counts("cells_per_subject", cells_per_subject, "subject")
    return float((1 - (1 - cells / cells.sum()) ** check_count("k", k)).sum())


def _numbers(name: str, values: object, least: float, most: float) -> np.ndarray:
    """One finite number per row, each within its limits."""
    rows = check_rows(name, values, of="row").tolist()
    for row, value in enumerate(rows):
        check_number(f"{name}[{row}]", value, least, most)
    array = np.array(rows)
    return array.astype(float) if array.dtype == object else array


def _counts(name: str, values: object, of: str = "row") -> np.ndarray:
    """One count per row, not all of them 0."""
    rows = check_rows(name, values, of=of).tolist()
    counts = [check_count(f"{name}[{row}]", value, least=0) for row, value in enumerate(rows)]
    if not any(counts):
        raise ValueError(
            f"`{name}` holds at least one count above 0; got {len(counts)} rows without a cell."
        )
    return np.array(counts)
