"""Episodes -> means, with their uncertainty over draws of supports, query cells, subjects."""

import numpy as np
import pandas as pd
from pandas.api.typing import SeriesGroupBy

from .checked_frames import NAMES, check_columns, check_keys, check_number_column, missing_scores

# besides `f1_<class>`
_METRICS = ("accuracy", "balanced_accuracy", "macro_f1", "weighted_f1", "auroc")


def summarise(
    episodes: pd.DataFrame,
    by: str | list[str] | None = None,
    replicates: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Mean, population std, and 95 % ranges of each metric: a row per metric.

    - `mean`, `std` (the report's), `low`, `high` (2.5 and 97.5 percentiles): over episodes.
      They answer "where does the result of one draw of supports fall, for these query cells?"
      and nothing else.
    - `ci_low`, `ci_high`: from `replicates` (see `Verdicts.replicates`). They answer "where
      does the mean over draws lie, for other supports, query cells and subjects of the same
      kind?"

    Neither says anything about another training: several seeds do. `by` names columns to
    summarise within (an arm, a k); they become leading columns.

    Raises ValueError for

    - an empty frame, or one without these columns or without metrics;
    - a metric that is not a number or lacks some of its scores;
    - replicates that lack what is summarised.
    """
    keys = [] if by is None else check_columns(by=by)
    scores = _scores(episodes, keys, "episodes")
    summary = pd.DataFrame(
        {
            "mean": scores.mean(),
            "std": scores.std(ddof=0),
            "low": scores.quantile(0.025),
            "high": scores.quantile(0.975),
        }
    )
    if replicates is not None:
        drawn = _scores(replicates, keys, "replicates")
        summary["ci_low"], summary["ci_high"] = drawn.quantile(0.025), drawn.quantile(0.975)
        if keys:
            there = summary.index.droplevel("metric")
            lacking = there[~there.isin(drawn.size().index.droplevel("metric"))].unique()
            if len(lacking):
                raise ValueError(
                    f"`replicates` has no row of {', '.join(map(str, lacking))} in "
                    f"{', '.join(keys)}: pass those of every one, or omit `replicates`."
                )
    return summary.reset_index(keys)


def _scores(frame: pd.DataFrame, keys: list[str], name: str) -> SeriesGroupBy:
    """The scores of each metric within each key: of all columns of numbers that name no row."""
    check_keys(frame, keys, name)
    frame = (frame.set_index(keys) if keys else frame).drop(columns=[*NAMES], errors="ignore")
    for column in frame:
        if column in _METRICS or str(column).startswith("f1_"):
            check_number_column(frame[column], name)
    metrics = frame.select_dtypes("number").astype(float).rename_axis(columns="metric")
    if metrics.columns.empty:
        raise ValueError(
            f"`{name}` must have a column of numbers to summarise, but had"
            f" {', '.join(map(str, frame.columns)) or 'none'}."
        )
    levels = [*keys, "metric"]
    scores = metrics.stack()
    lacking = (~np.isfinite(scores)).groupby(levels, sort=False).agg(["sum", "size"])
    # in joined frames, a metric that all rows of a key lack belongs to another task
    some = lacking[lacking["sum"].between(0, lacking["size"], inclusive="neither")]
    if len(some):
        at, (n_lacking, n) = some.index[0], some.iloc[0]
        raise ValueError(missing_scores(n_lacking, n, at[-1] if keys else at, name))
    return scores.groupby(levels, sort=False)
