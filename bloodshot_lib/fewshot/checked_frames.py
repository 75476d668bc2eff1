"""Frames of episodes, replicates and trainings, checked before their rows are averaged."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..common.checks import check_choice, check_table

NAMES = ("episode", "replicate", "seed", "k")  # numbers that name a row, not measurements


def check_columns(**named: str | Sequence[str] | None) -> list[str]:
    """The columns that arguments name, one or several each, none of them twice."""
    columns = []
    for name, value in named.items():
        names = [value] if isinstance(value, str) else value
        right = isinstance(names, list | tuple) and all(isinstance(each, str) for each in names)
        if not right or not names or len({*columns, *names}) < len(columns) + len(names):
            raise ValueError(
                f"`{name}` must be the name of a column, or a list of them, but was {value!r}. Name"
                " each column once."
            )
        columns += names
    return columns


def check_keys(frame: pd.DataFrame, keys: Sequence[str], name: str) -> None:
    """A frame with rows, and these columns without gaps: pandas drops such rows silently."""
    check_table(frame, keys, name, least=1)
    for key in keys:
        if missing := int(frame[key].isna().sum()):
            raise ValueError(
                f"{missing} of {len(frame)} rows of `{name}` have no {key}: fill it in, "
                "or leave them out."
            )


def check_scores(frame: pd.DataFrame, metric: str, keys: Sequence[str], name: str) -> None:
    """A frame with these keys and, in each row, a finite number for the metric."""
    check_keys(frame, keys, name)
    check_choice("metric", metric, [each for each in frame if each not in (*NAMES, *keys)])
    check_number_column(frame[metric], name)
    if lacking := int((~np.isfinite(frame[metric].astype(float))).sum()):
        raise ValueError(missing_scores(lacking, len(frame), metric, name))


def check_number_column(scores: pd.Series, name: str) -> None:
    """A column of numbers, not of words that look like them."""
    if not pd.api.types.is_numeric_dtype(scores):
        raise ValueError(
            f"The metric {scores.name!r} of `{name}` must be a number, but was "
            f"{scores.iloc[0]!r}. Read it as a number."
        )


def missing_scores(lacking: int, n: int, metric: str, name: str) -> str:
    """What to say of a metric that some rows lack."""
    return (
        f"{lacking} of {n} scores of {metric!r} in `{name}` are missing or infinite: leave"
        " those rows out, or score them."
    )
