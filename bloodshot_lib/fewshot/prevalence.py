"""How many of each class there are: the counts, with an interval that accounts for errors."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from ..common.checks import check_count, check_labels
from .expected_accuracy import ExpectedAccuracy

_DRAWS = 400
_SUM_TO_ONE = 1e3  # weight of the rule that shares sum to 1


def estimate_prevalence(
    predicted: Sequence[str], accuracy: ExpectedAccuracy, rng: int = 0
) -> pd.DataFrame:
    """The share of each class among classified cells, a row per class.

    - `predicted`: the class given to each cell.
    - `accuracy`: what `estimate_accuracy` returned for the labelled cells.
    - `rng`: the seed of the interval's draws.

    Columns: `label`; `cells`, how many were given it, and `share`, of all; `low`, `high`: the
    95 % interval of the true share. For the interval, confusions compatible with the held-out
    labelled cells are drawn (Dirichlet), and counts (multinomial); each draw's counts are
    corrected by its confusion (Saerens et al. 2002, eq. 2.5; non-negative least squares). The
    share itself is not corrected: with a handful of labels, a corrected share was further from
    the truth on real cells than the plain count (experiments/own_cells.py).

    Cells of a class that was not labelled are counted as one that was. Classes that `accuracy`
    has `apart`, of what is no cell, have no row, and shares are of the other cells.

    Raises ValueError if there is no cell, or for a class that `accuracy` does not know.
    """
    rng = np.random.default_rng(check_count("rng", rng, least=0))
    predicted = check_labels(predicted, "predicted")
    if not isinstance(accuracy, ExpectedAccuracy):
        raise ValueError(
            "`accuracy` must be what estimate_accuracy(Z, y) returns, but was"
            f" {type(accuracy).__name__}."
        )
    confusion = accuracy.confusion
    classes = confusion["label"].unique()
    if unknown := sorted(set(predicted) - set(classes)):
        raise ValueError(
            f"`predicted` must hold classes of the labelled cells, but held {str(unknown[0])!r},"
            f" not one of {', '.join(classes)}."
        )
    if len(predicted) == 0:
        raise ValueError("`predicted` must hold at least one cell, but held none.")
    counts = np.array([(predicted == name).sum() for name in classes])
    rates = confusion.assign(cells=confusion["cells"].clip(lower=1))
    rates = (rates["share"].fillna(0) * rates["cells"]).to_numpy().reshape(len(classes), -1)
    kept = ~np.isin(classes, list(accuracy.apart))
    draws = np.stack([_corrected(rates, counts, rng) for _ in range(_DRAWS)])[:, kept]
    low, high = np.quantile(_as_shares(draws), [0.025, 0.975], axis=0)
    share = _as_shares(counts[kept])
    frame = pd.DataFrame({"label": classes[kept], "cells": counts[kept], "share": share})
    return frame.assign(low=np.minimum(low, share), high=np.maximum(high, share))


def _as_shares(numbers: np.ndarray) -> np.ndarray:
    """Numbers of each class, of which there may be none, as shares of their sum."""
    return numbers / np.maximum(numbers.sum(axis=-1, keepdims=True), 1e-12)


def _corrected(confusion: np.ndarray, counts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The true shares, if confusion and counts were as in one random draw of each."""
    n = len(counts)
    prior = 0.5 * np.eye(n) + 0.5 / n
    rates = np.stack([rng.dirichlet(row) for row in confusion + prior])
    seen = rng.multinomial(counts.sum(), counts / counts.sum()) / counts.sum()
    system = np.vstack([rates.T, np.full(n, _SUM_TO_ONE)])
    true, _ = nnls(system, np.append(seen, _SUM_TO_ONE))
    return true / true.sum()
