"""Episodes -> means, with their uncertainty over draws of supports, query cells, subjects."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..common.checks import check_count
from .checked_frames import check_columns, check_keys, metrics_of
from .few_shot_task import check_task
from .heads import DEFAULT_METHOD, Method
from .metrics import confusion_metrics
from .supports import Rng, check_groups, generator
from .verdicts import Verdicts, classify


def summarise(
    episodes: pd.DataFrame,
    by: str | list[str] | None = None,
    replicates: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Mean, population std, and 95 % ranges of each metric: a row per metric.

    - `mean`, `std` (the report's), `low`, `high` (2.5 and 97.5 percentiles): over episodes.
      They answer "where does the result of one draw of supports fall, for these query cells?"
      and nothing else.
    - `ci_low`, `ci_high`: from `replicates` (see `bootstrap_few_shot`). They answer "where does
      the mean over draws lie, for other supports, query cells and subjects of the same kind?"

    Neither says anything about another training: several seeds do. `by` names columns to
    summarise within (an arm, a k); they become leading columns.

    Raises ValueError for

    - an empty frame, or one without these columns or without metrics;
    - a metric that is not a number or lacks some of its scores;
    - replicates that lack what is summarised.
    """
    if by is not None:
        keys = check_columns("by", by)
        check_keys(episodes, keys, "episodes")
        of = {}
        if replicates is not None:
            check_keys(replicates, keys, "replicates")
            of = dict(iter(replicates.groupby(keys, sort=False)))
        parts = dict(iter(episodes.groupby(keys, sort=False)))
        if of and (lacking := [" ".join(map(str, key)) for key in parts if key not in of]):
            raise ValueError(
                f"`replicates` has no row of {', '.join(lacking)} in "
                f"{', '.join(keys)}: pass those of every one, or omit `replicates`."
            )
        summaries = {
            key: summarise(part.drop(columns=keys), replicates=of.get(key))
            for key, part in parts.items()
        }
        return pd.concat(summaries, names=keys).reset_index(keys).rename_axis("metric")
    values = metrics_of(episodes, "episodes")
    summary = pd.DataFrame(
        {
            "mean": values.mean(),
            "std": values.std(ddof=0),
            "low": values.quantile(0.025),
            "high": values.quantile(0.975),
        }
    )
    if replicates is not None:
        drawn = metrics_of(replicates, "replicates")
        summary = summary.assign(ci_low=drawn.quantile(0.025), ci_high=drawn.quantile(0.975))
    return summary.rename_axis("metric")


def bootstrap_few_shot(
    Z_pool: np.ndarray,
    y_pool: Sequence[str],
    Z_query: np.ndarray,
    y_query: Sequence[str],
    supports: np.ndarray,
    groups: Sequence[str] | None = None,
    n_replicates: int = 500,
    rng: Rng = 0,
    method: Method = DEFAULT_METHOD,
) -> pd.DataFrame:
    """The mean of each metric over redrawn query cells and episodes: a row per replicate.

    Each class's query cells are drawn with replacement, as many as there are; with `groups`
    (subjects) whole groups are drawn instead, because cells of one subject resemble each other.
    Episodes are drawn with replacement too (Efron & Tibshirani 1993, ch. 8). The same `rng`
    draws the same cells and episodes for every embedder, so the replicates of two arms are
    paired. AUROC is left out.

    Raises ValueError as `evaluate_few_shot` does.
    """
    check_count("n_replicates", n_replicates)
    rng = generator(rng)
    task = check_task(Z_pool, y_pool, Z_query, y_query)
    if groups is not None:
        groups = check_groups(groups, len(task.truth))
    return replicates_of(classify(task, supports, method), groups, n_replicates, rng)


def replicates_of(
    verdicts: Verdicts, groups: np.ndarray | None, n_replicates: int, rng: np.random.Generator
) -> pd.DataFrame:
    """The bootstrap replicates of scored episodes: see `bootstrap_few_shot`."""
    task, n_episodes, n_classes = verdicts.task, len(verdicts.given), len(verdicts.task.classes)
    even = np.full(n_episodes, 1 / n_episodes)
    episode_weights = rng.multinomial(n_episodes, even, n_replicates).T
    confusion = np.zeros((n_episodes, n_replicates, n_classes, n_classes), np.float32)
    for actual in np.unique(task.truth):
        cells = np.flatnonzero(task.truth == actual)
        weights = _cell_weights(cells if groups is None else groups[cells], n_replicates, rng)
        for guess in range(n_classes):
            hits = (verdicts.given[:, cells] == guess).astype(np.float32)
            confusion[:, :, actual, guess] = hits @ weights
    metrics = confusion_metrics(confusion, task.classes)
    means = {name: (values * episode_weights).mean(axis=0) for name, values in metrics.items()}
    return pd.DataFrame(means).rename_axis("replicate").reset_index()


def _cell_weights(
    groups: np.ndarray, n_replicates: int, rng: np.random.Generator
) -> np.ndarray:
    """How often each cell is drawn in each replicate, (cells, replicates).

    Whole groups are drawn.
    """
    names, codes = np.unique(groups, return_inverse=True)
    return (
        rng.multinomial(len(names), np.full(len(names), 1 / len(names)), n_replicates)
        .T[codes]
        .astype(np.float32)
    )
