"""Frames of episodes, replicates and trainings, checked before their rows are averaged."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..common.checks import check_choice, check_table

_NAMES = ("episode", "replicate", "seed", "k")  # numbers that name a row, not measurements
# besides `f1_<class>`
_METRICS = ("accuracy", "balanced_accuracy", "macro_f1", "weighted_f1", "auroc")


def check_columns(name: str, value: str | Sequence[str], one: bool = False) -> list[str]:
    """Names of columns as a list; exactly one name if `one`."""
    names = [value] if isinstance(value, str) else value
    right = isinstance(names, list | tuple) and all(isinstance(each, str) for each in names)
    if not right or not 0 < len(names) == len(set(names)) or (one and names is value):
        more = "" if one else ", or a list of them"
        raise ValueError(f"`{name}` is the name of a column{more}; got {value!r}.")
    return list(names)


def check_keys(frame: pd.DataFrame, keys: list[str], name: str) -> None:
    """A frame with rows, and these columns without gaps: pandas drops such rows silently."""
    check_table(frame, keys, name, least=1)
    for key in keys:
        if missing := int(frame[key].isna().sum()):
            raise ValueError(
                f"{missing} of {len(frame)} rows of `{name}` have no {key}: fill it in, "
                "or leave them out."
            )


def check_scores(frame: pd.DataFrame, metric: str, keys: list[str], name: str) -> None:
    """A frame with these keys and, in each row, a number for the metric."""
    check_keys(frame, keys, name)
    known = [column for column in frame if column not in (*_NAMES, *keys)]
    check_choice("metric", metric, known)
    _check_numbers(frame[metric], name)


def check_to(frame: pd.DataFrame, to: object, by: str) -> None:
    """Check that `to`, which the others are compared to, is there."""
    values = frame[by].unique().tolist()
    if np.ndim(to) or to not in values:
        raise ValueError(f"`to` is one of the values of {by!r}: {values}; got {to!r}.")


def metrics_of(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The metrics of a frame: its columns of numbers, except those that name a row."""
    check_keys(frame, [], name)
    for column in frame:
        measured = column in _METRICS or str(column).startswith("f1_")
        # in joined frames, a column of NaN alone belongs to another task
        if measured and not frame[column].isna().all():
            _check_numbers(frame[column], name)
    metrics = frame.drop(columns=list(_NAMES), errors="ignore").select_dtypes("number")
    if metrics.columns.empty:
        raise ValueError(
            f"`{name}` has no column of numbers to summarise; got "
            f"{', '.join(map(str, frame.columns))}."
        )
    for column in metrics.columns[metrics.notna().any()]:
        _check_numbers(metrics[column], name)
    return metrics


def _check_numbers(scores: pd.Series, name: str) -> None:
    if not pd.api.types.is_numeric_dtype(scores):
        raise ValueError(
            f"The metric {scores.name!r} of `{name}` is a number; got "
            f"{scores.iloc[0]!r}. Read it as a number."
        )
    if lacking := int((~np.isfinite(scores.to_numpy(float, na_value=np.nan))).sum()):
        raise ValueError(
            f"{lacking} of {len(scores)} scores of {scores.name!r} in `{name}` are "
            "missing or infinite: leave those rows out, or score them."
        )
