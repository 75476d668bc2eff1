"""A few-shot task: pool and query, checked against each other and the supports."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..common.checks import check_classes, check_embeddings, check_labels


class Task(NamedTuple):
    """A consistent few-shot task; `truth` is the class number of each query cell."""

    Z_pool: np.ndarray
    y_pool: np.ndarray
    Z_query: np.ndarray
    classes: np.ndarray
    truth: np.ndarray


def check_task(
    Z_pool: np.ndarray, y_pool: Sequence[str], Z_query: np.ndarray, y_query: Sequence[str]
) -> Task:
    """The task in floats and strings; raises ValueError as `evaluate_few_shot` does."""
    Z_pool = check_embeddings(Z_pool, "Z_pool")
    Z_query = check_embeddings(Z_query, "Z_query", width=Z_pool.shape[1])
    y_pool = check_labels(y_pool, "y_pool", len(Z_pool))
    y_query = check_labels(y_query, "y_query", len(Z_query))
    classes, _ = check_classes(y_pool, "The pool of a few-shot task")
    if unknown := sorted(set(y_query.tolist()) - set(classes.tolist())):
        raise ValueError(
            f"Query labels must have cells in the pool, but {unknown} have none; its classes are "
            f"{classes.tolist()}."
        )
    return Task(Z_pool, y_pool, Z_query, classes, np.searchsorted(classes, y_query))


def check_supports(supports: np.ndarray, task: Task) -> np.ndarray:
    """Supports as indices into the task's pool, (episodes, classes, k), if they fit it."""
    rule = f"Supports must be whole numbers of shape (episodes, {len(task.classes)} classes, k)"
    try:
        supports = np.asarray(supports)
    except (TypeError, ValueError) as error:
        got = type(supports).__name__
        raise ValueError(f"{rule}, but were {got}, whose rows are of unequal length.") from error
    right = supports.ndim == 3 and supports.shape[1] == len(task.classes) and supports.size > 0
    if not right or supports.dtype.kind not in "iu":
        raise ValueError(
            f"{rule}, but were {supports.dtype} {supports.shape}. draw_supports returns them."
        )
    inside = supports.min() >= 0 and supports.max() < len(task.y_pool)
    if not inside or (task.y_pool[supports] != task.classes[:, None]).any():
        raise ValueError(
            "Supports must index the pool, one row per class in sorted order, but these point"
            " elsewhere. Draw them from the pool's labels with draw_supports."
        )
    return supports.astype(np.intp, copy=False)
