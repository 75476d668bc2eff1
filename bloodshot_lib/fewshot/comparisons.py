"""Comparing episodes and trainings: paired differences, with intervals."""

import numpy as np
import pandas as pd
from scipy import stats

from .checked_frames import check_columns, check_scores, check_to


def paired_differences(
    episodes: pd.DataFrame, metric: str, to: str | int, by: str = "arm"
) -> pd.DataFrame:
    """A metric minus that of `to`, within each episode: one row per pair.

    `by` is what is compared, an `arm` or a `k`. Rows are paired by episode, and by arm, seed
    and k if there are such columns, so that nothing else differs. Returns the columns `by`,
    those that pair the rows, and `difference`.

    Raises ValueError if `to` is not a value of `by`, has a row twice or lacks one that others
    have, or if a score is missing.
    """
    check_scores(episodes, metric, check_columns("by", by, one=True), "episodes")
    check_to(episodes, to, by)
    pairs = [
        name for name in ("arm", "seed", "k", "episode") if name in episodes and name != by
    ]
    if not pairs:
        raise ValueError(
            "Rows are paired by episode, and by arm, seed and k; `episodes` has none "
            "of these columns."
        )
    base = episodes.loc[episodes[by] == to, [*pairs, metric]]
    others = episodes.loc[episodes[by] != to, [by, *pairs, metric]]
    if base.duplicated(pairs).any():
        raise ValueError(
            f"There are several rows of {by} {to!r} with the same {', '.join(pairs)}: "
            "choose one set of episodes first."
        )
    paired = others.merge(base, on=pairs, suffixes=("", "_base"))
    if len(paired) < len(others):
        raise ValueError(
            f"{len(others) - len(paired)} of {len(others)} rows have no partner of "
            f"the same {', '.join(pairs)} in {by} {to!r}: keep only the episodes that all "
            "have."
        )
    return paired.assign(difference=paired[metric] - paired[f"{metric}_base"])[
        [by, *pairs, "difference"]
    ]


def compare_arms(
    episodes: pd.DataFrame, replicates: pd.DataFrame, metric: str, to: str
) -> pd.DataFrame:
    """Each arm's metric and its difference from the arm `to`: a row per arm.

    - `mean`: over seeds and episodes.
    - `seed_std`: the sample std between the seeds' means.
    - `difference`: the metric minus that of `to`, paired by seed and episode.
    - `ci_low`, `ci_high`: its 95 % interval over episodes, query cells and subjects, from
      paired replicates averaged over seeds.
    - `seeds_agree`: whether every seed's difference has the same sign.
    - `survives`: whether the seeds agree and the interval excludes 0.

    Raises ValueError for an unknown `to`, an arm that lacks a seed or a replicate, episodes of
    several k, or a missing score.
    """
    check_scores(episodes, metric, ["arm", "seed"], "episodes")
    check_scores(replicates, metric, ["arm", "replicate"], "replicates")
    check_to(episodes, to, "arm")
    if "k" in episodes and episodes["k"].nunique() > 1:
        raise ValueError(
            "Arms are compared at one k; `episodes` holds "
            f"{episodes['k'].unique().tolist()}: choose one."
        )
    arms = list(dict.fromkeys(episodes["arm"]))
    by_seed = _means(episodes, "seed", metric, arms)
    difference = by_seed - by_seed.loc[to]
    drawn = _means(replicates, "replicate", metric, arms)
    drawn = drawn - drawn.loc[to]
    signs = np.sign(difference)
    table = pd.DataFrame(
        {
            "mean": by_seed.mean(axis=1),
            "seed_std": by_seed.std(axis=1),
            "difference": difference.mean(axis=1),
            "ci_low": drawn.quantile(0.025, axis=1),
            "ci_high": drawn.quantile(0.975, axis=1),
        }
    )
    table["seeds_agree"] = (signs.abs().min(axis=1) > 0) & (
        signs.min(axis=1) == signs.max(axis=1)
    )
    table["survives"] = table["seeds_agree"] & (
        np.sign(table["ci_low"]) == np.sign(table["ci_high"])
    )
    return table.loc[arms]


def compare_trainings(
    scores: pd.DataFrame,
    metric: str,
    to: str,
    by: str = "arm",
    pairs: tuple[str, ...] = ("partition", "seed"),
    within: str | None = None,
) -> pd.DataFrame:
    """Each arm's mean over trainings, and its paired difference from the arm `to`.

    `scores` has one row per training and value of `by`; trainings with the same `pairs` are
    compared. `within` names a column, such as k; each of its values is compared separately and
    leads its rows. Returns a row per value of `by`:

    - `mean`, `low`, `high`: over the pairs, with Student's 95 % interval.
    - `difference`, `ci_low`, `ci_high`: the same for the difference from `to`.
    - `better`: the share of pairs in which the difference is above 0.

    The intervals hold for other trainings and partitions of these cells, as far as they
    resemble these. Pairs that share a partition are not independent, so the true uncertainty
    over partitions is wider.

    Raises ValueError for an unknown `to`, fewer than two pairs, an arm that lacks a pair or has
    it twice, or a missing score.
    """
    pairs = check_columns("pairs", pairs)
    keys = check_columns("by", by, one=True)
    keys += [] if within is None else check_columns("within", within, one=True)
    if len({*keys, *pairs}) < len(keys) + len(pairs):
        raise ValueError(
            "`by`, `within` and `pairs` are different columns; got "
            f"{', '.join([*keys, *pairs])}."
        )
    check_scores(scores, metric, [*keys, *pairs], "scores")
    check_to(scores, to, by)
    if within is not None:
        parts = scores.groupby(within, sort=False)
        return pd.concat(
            {key: compare_trainings(part, metric, to, by, pairs) for key, part in parts},
            names=[within],
        )
    if scores.duplicated([*pairs, by]).any():
        raise ValueError(
            f"There are several scores of one {by} in one pair of {', '.join(pairs)}: choose"
            " one k, shift and head first, or name the column as `within`."
        )
    wide = scores.pivot(index=list(pairs), columns=by, values=metric)[
        list(dict.fromkeys(scores[by]))
    ]
    if len(wide) < 2:
        raise ValueError(
            f"An interval needs at least two pairs of {', '.join(pairs)}; got {len(wide)}."
        )
    if wide.isna().any().any():
        raise ValueError(
            f"Every {by} needs a score in every pair of {', '.join(pairs)}; these lack one: "
            f"{wide.columns[wide.isna().any()].tolist()}."
        )
    difference, reach = wide.sub(wide[to], axis=0), stats.t.ppf(0.975, len(wide) - 1)
    columns = {
        "mean": wide.mean(),
        "low": wide.mean() - reach * wide.sem(),
        "high": wide.mean() + reach * wide.sem(),
        "difference": difference.mean(),
        "ci_low": difference.mean() - reach * difference.sem(),
        "ci_high": difference.mean() + reach * difference.sem(),
        "better": (difference > 0).mean(),
    }
    return pd.DataFrame(columns)


def _means(frame: pd.DataFrame, per: str, metric: str, arms: list) -> pd.DataFrame:
    """The mean of a metric for each arm, a row, and each seed or replicate, a column."""
    means = frame.groupby(["arm", per], sort=False)[metric].mean().unstack().reindex(arms)
    if (lacking := means.isna().any(axis=1)).any():
        raise ValueError(
            f"Every arm needs a score of every {per}; these lack one: "
            f"{means.index[lacking].tolist()}."
        )
    return means
