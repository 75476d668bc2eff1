"""Embeddings and supports -> episodes: every metric of every episode."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from sklearn.metrics import classification_report

from ..common.checks import check_count, check_labels, check_shots
from .heads import DEFAULT_METHOD, Method
from .supports import Rng, draw_supports, seed_of
from .verdicts import classify_episodes


def evaluate_few_shot(
    Z_pool: np.ndarray,
    y_pool: Sequence[str],
    Z_query: np.ndarray,
    y_query: Sequence[str],
    supports: np.ndarray,
    method: Method = DEFAULT_METHOD,
) -> pd.DataFrame:
    """Score every episode on all query cells.

    - `Z_pool` (P, D) and `Z_query` (Q, D) are embeddings; whole numbers and half precision
      become floating point of at least 32 bits.
    - `supports` (E, C, k) are indices into the pool, classes in sorted order, as from
      `draw_supports`.
    - `method` is any of `FewShotClassifier`'s; "cosine" is the report's. "centred" is centred
      on the whole pool, supports included; a function gets the pool without the supports.
      Neither sees its labels. A tie goes to the class that sorts first.

    Returns a row per episode, with the columns

    - `accuracy`;
    - `balanced_accuracy`: the mean recall of the classes present in the query;
    - `macro_f1`, `weighted_f1`, and `f1_<class>` of each class;
    - `auroc`, for two classes: from the difference of their scores.

    Raises ValueError for

    - embeddings that are NaN, infinite or of unequal width;
    - labels of another length, only one class, or query labels that the pool lacks;
    - supports whose classes are not the pool's in sorted order;
    - an unknown method.
    """
    return classify_episodes(Z_pool, y_pool, Z_query, y_query, supports, method).episodes()


def k_sweep(
    Z_pool: np.ndarray,
    y_pool: Sequence[str],
    Z_query: np.ndarray,
    y_query: Sequence[str],
    ks: Sequence[int],
    n_episodes: int = 100,
    rng: Rng = 42,
    draw: Callable = draw_supports,
    method: Method = DEFAULT_METHOD,
) -> pd.DataFrame:
    """Episodes for each number of shots in `ks`; a column `k` says which.

    Each k starts from the same seed: with `draw_supports` the supports are nested and the curve
    is paired, with `paper_supports` they are the report's. `draw(labels, k, n_episodes, seed)`
    may be any function that returns such supports. A repeated k counts once. Everything else is
    as in `evaluate_few_shot`.
    """
    ks = check_shots(ks)
    if not callable(draw):
        raise ValueError(
            "`draw` must be a function that draws supports, such as draw_supports, but was"
            f" {draw!r}."
        )
    n_episodes, seed = check_count("n_episodes", n_episodes), seed_of(rng)
    task = Z_pool, check_labels(y_pool, "y_pool"), Z_query, y_query
    draws = {k: draw(task[1], k, n_episodes, seed) for k in ks}
    sweep = {k: evaluate_few_shot(*task, drawn, method) for k, drawn in draws.items()}
    return by_shots(sweep)


def hardest_cells(
    Z_pool: np.ndarray,
    y_pool: Sequence[str],
    Z_query: np.ndarray,
    y_query: Sequence[str],
    supports: np.ndarray,
    n: int = 6,
    n_neighbours: int = 5,
    method: Method = DEFAULT_METHOD,
) -> pd.DataFrame:
    """The `n` query cells that most episodes get wrong: see `Verdicts.hardest`.

    Raises ValueError as `evaluate_few_shot` does.
    """
    verdicts = classify_episodes(Z_pool, y_pool, Z_query, y_query, supports, method)
    return verdicts.hardest(n, n_neighbours)


def by_shots(frames: dict[int, pd.DataFrame]) -> pd.DataFrame:
    """Frames below one another; a column `k`, the first, says which."""
    return pd.concat(frames, names=["k"]).reset_index("k").reset_index(drop=True)


def classification_table(y_true: Sequence[str], y_pred: Sequence[str]) -> pd.DataFrame:
    """Precision, recall, F1 and cells of each class, with macro and weighted averages.

    Raises ValueError for labels that are missing or differ in number, or for none.
    """
    n = len(check_labels(y_true, "y_true"))
    check_labels(y_pred, "y_pred", n)
    if n == 0:
        raise ValueError(
            "A classification table must have at least one cell, but `y_true` and `y_pred` are"
            " empty."
        )
    both = pd.Series([*y_true, *y_pred])
    if not pd.api.types.is_numeric_dtype(both):  # as numbers, 1 is 1.0 and 10 comes after 2
        both = check_labels(both)
    codes, classes = pd.factorize(both, sort=True)
    names = [str(name) for name in classes]
    if taken := sorted({"accuracy", "macro avg", "weighted avg"} & set(names)):
        raise ValueError(f"The table has its own row {taken[0]!r}: rename the class of that name.")
    report = classification_report(
        codes[:n],
        codes[n:],
        labels=range(len(names)),
        target_names=names,
        output_dict=True,
        zero_division=0.0,
    )
    accuracy = report.pop("accuracy", None)
    table = pd.DataFrame(report).T.rename(columns={"f1-score": "f1", "support": "cells"})
    table = table.astype({"cells": int})
    table.attrs["accuracy"] = accuracy
    return table


def majority_share(labels: Sequence[str]) -> float:
    """The accuracy of always naming the most frequent class: what a classifier has to beat."""
    labels = check_labels(labels)
    if len(labels) == 0:
        raise ValueError("The majority share must have at least one label, but `labels` is empty.")
    return float(pd.Series(labels).value_counts(normalize=True).iloc[0])
