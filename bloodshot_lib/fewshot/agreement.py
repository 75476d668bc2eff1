"""True classes and given ones -> how often they agree, with intervals for a handful of cells."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import betaincinv

_PRIOR = 0.5  # Jeffreys'
_DRAWS = 4000
_BOUNDS = [0.025, 0.975]


class Agreement(NamedTuple):
    """What `compare_labels` returns; each interval is a 95 % one.

    - `scores`: rows `accuracy` and `balanced_accuracy`, columns `value`, `low` and `high`. A
      score without cells is missing (NaN).
    - `recall`: a row per true class, `label`, `cells`, `right`, `recall`, `low` and `high`.
    - `confusion`: numbers of cells, a row per true class and a column per class given.
    """

    scores: pd.DataFrame
    recall: pd.DataFrame
    confusion: pd.DataFrame


def compare_labels(true: np.ndarray, given: np.ndarray, apart: str) -> Agreement:
    """Compare the true classes of cells (N,) with those they were given (N,).

    Shares of cells have Jeffreys' interval (Brown et al. 2001). Balanced accuracy is the mean
    recall over the classes but for the one kept `apart`, its interval from draws of each class's
    recall. Jeffreys' prior pulls each class of few cells towards a half, and the mean of many
    too far down: so it gives the low end only, and one about the accuracy of all the high end.
    """
    right = (true == given).astype(int)
    by_class = pd.Series(right).groupby(true).agg(cells="size", right="sum")
    recall = by_class.assign(recall=by_class["right"] / by_class["cells"])
    recall["low"], recall["high"] = _interval(recall["right"], recall["cells"])
    counted = recall.drop(index=apart, errors="ignore")
    scores = pd.DataFrame(
        [(right.mean(), *_interval(right.sum(), len(right))), _balanced(counted)],
        index=["accuracy", "balanced_accuracy"],
        columns=["value", "low", "high"],
    )
    confusion = pd.crosstab(true, given, rownames=["label"], colnames=["predicted"])
    return Agreement(scores, recall.rename_axis("label").reset_index(), confusion)


def _interval(right, cells) -> tuple[np.ndarray, np.ndarray]:
    ends = _PRIOR + right, _PRIOR + cells - right
    low, high = (betaincinv(*ends, bound) for bound in _BOUNDS)
    return np.where(right == 0, 0, low), np.where(right == cells, 1, high)


def _balanced(recall: pd.DataFrame) -> tuple[float, float, float]:
    if recall.empty:
        return (np.nan,) * 3
    right, cells = recall["right"].to_numpy(), recall["cells"].to_numpy()
    value, overall = recall["recall"].mean(), (_PRIOR + right.sum()) / (2 * _PRIOR + cells.sum())
    low, high = (
        np.quantile(_draws(right, cells, 2 * _PRIOR * mean), bound)
        for mean, bound in zip([0.5, overall], _BOUNDS, strict=True)
    )
    return value, min(low, value), max(high, value)


def _draws(right: np.ndarray, cells: np.ndarray, prior: float) -> np.ndarray:
    rng, size = np.random.default_rng(0), (_DRAWS, len(right))
    return rng.beta(prior + right, 2 * _PRIOR - prior + cells - right, size).mean(axis=1)
