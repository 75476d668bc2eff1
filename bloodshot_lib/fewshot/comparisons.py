"""Arms, numbers of shots or recipes compared pair by pair, with intervals."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from ..common.checks import check_choice
from .checked_frames import check_columns, check_scores


def compare(
    scores: pd.DataFrame,
    metric: str,
    to: str | int,
    by: str = "arm",
    pairs: str | Sequence[str] = ("partition", "seed"),
    within: str | None = None,
    replicates: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The mean of a metric for each value of `by`, and its paired difference from that of `to`.

    - `scores`: a row per score. Scores with the same `pairs` are compared: of one training, say,
      or of one episode. Episodes are averaged, unless they are what is paired.
    - `within`: a column, such as k; each of its values is compared separately and leads its
      rows.
    - `replicates`: as from `Verdicts.replicates`, with the columns `by` and `within`.

    Returns a row per value of `by`:

    - `mean`, `std`: over the pairs, with the sample std. `low`, `high`: Student's 95 % interval.
    - `difference`: the mean difference from `to`.
    - `ci_low`, `ci_high`: its 95 % interval, Student's over the pairs. With `replicates`, which
      are averaged over trainings, it is over episodes, query cells and subjects.
    - `better`: the share of pairs in which the difference is above 0.
    - `survives`: whether the difference has one sign in all pairs, and the interval excludes 0.

    Student's intervals hold for other trainings and partitions of these cells, as far as they
    resemble these. Pairs that share a partition are not independent, so the true uncertainty
    over partitions is wider.

    Raises ValueError for an unknown `to`, a value of `by` that lacks a pair or has it twice, a
    missing score, or fewer than two pairs and no replicates.
    """
    one = {"by": by} | ({} if within is None else {"within": within})
    columns = check_columns(**one, pairs=pairs)
    check_scores(scores, metric, columns, "scores")
    for name, column in one.items():
        check_choice(name, column, [*scores])
    values = scores[by].unique().tolist()
    if np.ndim(to) or to not in values:
        raise ValueError(f"`to` must be one of the values of {by!r}: {values}, but was {to!r}.")
    if replicates is not None:
        check_scores(replicates, metric, [*one.values(), "replicate"], "replicates")
    if within is not None:
        tables = {}
        for key, part in scores.groupby(within, sort=False):
            drawn = None if replicates is None else replicates[replicates[within] == key]
            tables[key] = compare(part, metric, to, by, pairs, replicates=drawn)
        return pd.concat(tables, names=[within])
    pairs = check_columns(pairs=pairs)
    each = [*columns, "episode"] if "episode" in scores else columns
    if scores.duplicated(each).any():
        raise ValueError(
            f"There are several scores of one {by} in one pair of {', '.join(pairs)}: choose"
            " one k, shift and method first, or name the column as `within`."
        )
    wide = _means(scores, metric, by, pairs, values)
    if replicates is None and len(wide) < 2:
        raise ValueError(
            f"An interval must have at least two pairs of {', '.join(pairs)}, but had {len(wide)}."
        )
    table = pd.DataFrame({"mean": wide.mean(), "std": wide.std()})
    table["low"], table["high"] = _students_interval(wide)
    difference = wide.sub(wide[to], axis=0)
    table["difference"] = difference.mean()
    table["ci_low"], table["ci_high"] = _students_interval(difference)
    if replicates is not None:
        drawn = _means(replicates, metric, by, ["replicate"], values)
        drawn = drawn.sub(drawn[to], axis=0)
        table["ci_low"], table["ci_high"] = drawn.quantile(0.025), drawn.quantile(0.975)
    table["better"] = (difference > 0).mean()
    agree = (difference > 0).all() | (difference < 0).all()
    table["survives"] = agree & (np.sign(table["ci_low"]) == np.sign(table["ci_high"]))
    return table


def _means(
    frame: pd.DataFrame, metric: str, by: str, pairs: list[str], values: list
) -> pd.DataFrame:
    """The mean of a metric for each pair, a row, and each value of `by`, a column."""
    means = frame.groupby([*pairs, by], sort=False)[metric].mean().unstack(by)
    means = means.reindex(columns=values)
    if (lacking := means.isna().any()).any():
        raise ValueError(
            f"Every {by} must have a score in every pair of {', '.join(pairs)}, but these lack one:"
            f" {means.columns[lacking].tolist()}."
        )
    return means


def _students_interval(wide: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Student's 95 % interval of the mean of each column."""
    reach = stats.t.ppf(0.975, len(wide) - 1) * wide.sem()
    return wide.mean() - reach, wide.mean() + reach
