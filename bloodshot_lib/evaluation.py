"""Embeddings and supports -> episodes: every metric of every episode. Sees arrays only, never
a model.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from sklearn.metrics import classification_report

from .checks import check_count, check_embeddings, check_labels, check_rows
from .episodes import Rng, draw_supports, seed_of
from .heads import NEED_UNLABELLED, check_method, cosine_scores, fit_head, score_heads
from .metrics import episode_metrics, nearest

_SCORES_AT_ONCE = 1 << 24  # scores held in memory at a time: 64 MiB of float32
# query cells normalised at a time, so that a memory map larger than memory streams through
_CELLS_AT_ONCE = 1 << 15


def evaluate_few_shot(
    Z_pool: np.ndarray,
    y_pool: Sequence[str],
    Z_query: np.ndarray,
    y_query: Sequence[str],
    supports: np.ndarray,
    method: str = "cosine",
) -> pd.DataFrame:
    """Score every episode on all query cells, by the nearest prototype in cosine similarity as
    the report does.

    `method` is any of `FewShotClassifier`'s. "centred" is centred on the whole pool, supports
    included; "soft k-means" and "self-training" learn from the rest of it; none sees its
    labels. `Z_pool` (P, D) and `Z_query` (Q, D) are embeddings; whole numbers and half
    precision become floating point of at least 32 bits. `supports` (E, C, k) indexes the pool,
    classes in sorted order, as `draw_supports` returns it. A tie goes to the class that sorts
    first.

    Returns a row per episode with `accuracy`, `balanced_accuracy` (mean recall of the classes
    present in the query), `macro_f1`, `weighted_f1`, `f1_<class>`, and for two classes `auroc`
    of the difference of the two similarities. Raises ValueError for embeddings that are not
    finite or of unequal width, labels of another length, one class only, query labels that the
    pool lacks, supports whose classes are not those of the pool in sorted order, or an unknown
    method.
    """
    task = check_task(Z_pool, y_pool, Z_query, y_query)
    return _episodes(task, supports, method)


def k_sweep(
    Z_pool: np.ndarray,
    y_pool: Sequence[str],
    Z_query: np.ndarray,
    y_query: Sequence[str],
    ks: Sequence[int],
    n_episodes: int = 100,
    rng: Rng = 42,
    draw: Callable = draw_supports,
    method: str = "cosine",
) -> pd.DataFrame:
    """Episodes for each number of shots in `ks`; a column `k` says which. See
    `evaluate_few_shot`, also for `method`.

    Each k starts from the same seed: with `draw_supports` the supports are nested and the
    curve is paired, with `paper_supports` they are the report's. `draw(labels, k, n_episodes,
    seed)` may be any function that returns such supports. A k that is named twice counts once.
    """
    ks = check_rows("ks", ks, of="point of the curve")
    ks = [check_count(f"ks[{place}]", k) for place, k in enumerate(ks)]
    if not ks:
        raise ValueError("`ks` names at least one number of shots; got none.")
    if not callable(draw):
        raise ValueError(
            f"`draw` is a function that draws supports, such as draw_supports; got {draw!r}."
        )
    n_episodes, seed = check_count("n_episodes", n_episodes), seed_of(rng)
    task = check_task(Z_pool, y_pool, Z_query, y_query)
    sweeps = {k: _episodes(task, draw(task.y_pool, k, n_episodes, seed), method) for k in ks}
    return pd.concat(sweeps, names=["k"]).reset_index("k").reset_index(drop=True)


def hardest_cells(
    Z_pool: np.ndarray,
    y_pool: Sequence[str],
    Z_query: np.ndarray,
    y_query: Sequence[str],
    supports: np.ndarray,
    n: int = 6,
    n_neighbours: int = 5,
) -> pd.DataFrame:
    """The `n` query cells that most episodes get wrong, the worst first.

    Columns: `cell` (its row in the query), `label`, `wrong` (share of the episodes), and
    `neighbours`, the rows of the `n_neighbours` pool cells of largest cosine. Raises
    ValueError as `evaluate_few_shot` does.
    """
    n, n_neighbours = check_count("n", n), check_count("n_neighbours", n_neighbours)
    task = check_task(Z_pool, y_pool, Z_query, y_query)
    supports = check_supports(supports, task)
    chunks = score_episodes(task, supports)
    wrong = sum((nearest(scores) != task.truth).sum(axis=0) for scores in chunks)
    worst = np.argsort(-wrong, kind="stable")[:n]
    cosines = cosine_scores(task.Z_pool, task.Z_query[worst])
    neighbours = np.argsort(-cosines, axis=1, kind="stable")[:, :n_neighbours]
    return pd.DataFrame(
        {
            "cell": worst,
            "label": task.classes[task.truth[worst]],
            "wrong": wrong[worst] / len(supports),
            "neighbours": list(neighbours),
        }
    )


def classification_table(y_true: Sequence[str], y_pred: Sequence[str]) -> pd.DataFrame:
    """Precision, recall, F1 and cells of each class, and their macro and weighted averages.

    Raises ValueError for labels that are missing or of unequal number, and for none.
    """
    n = len(check_labels(y_true, "y_true"))
    check_labels(y_pred, "y_pred", n)
    if n == 0:
        raise ValueError(
            "A classification table needs at least one cell; `y_true` and `y_pred` are empty."
        )
    both = pd.Series([*y_true, *y_pred])
    if not pd.api.types.is_numeric_dtype(both):  # as numbers, 1 is 1.0 and 10 comes after 2
        both = check_labels(both)
    codes, classes = pd.factorize(both, sort=True)
    names = [str(name) for name in classes]
    if taken := sorted({"accuracy", "macro avg", "weighted avg"} & set(names)):
        raise ValueError(
            f"The table has a row {taken[0]!r} of its own: give the class of that name another."
        )
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
    """The accuracy of always naming the most frequent class: the line that a classifier has to
    beat.
    """
    labels = check_labels(labels)
    if len(labels) == 0:
        raise ValueError("The majority share is one of some cells' labels; `labels` is empty.")
    return float(pd.Series(labels).value_counts(normalize=True).iloc[0])


class Task(NamedTuple):
    """A few-shot task that fits together; `truth` is the number of each query cell's class."""

    Z_pool: np.ndarray
    y_pool: np.ndarray
    Z_query: np.ndarray
    classes: np.ndarray
    truth: np.ndarray


def check_task(
    Z_pool: np.ndarray, y_pool: Sequence[str], Z_query: np.ndarray, y_query: Sequence[str]
) -> Task:
    """The task in floating point and strings; ValueError as `evaluate_few_shot` says."""
    Z_pool, Z_query = check_embeddings(Z_pool, "Z_pool"), check_embeddings(Z_query, "Z_query")
    if Z_pool.shape[1] != Z_query.shape[1]:
        raise ValueError(
            f"Pool and query come from one embedder; got widths {Z_pool.shape[1]} and"
            f" {Z_query.shape[1]}."
        )
    y_pool = check_labels(y_pool, "y_pool", len(Z_pool))
    y_query = check_labels(y_query, "y_query", len(Z_query))
    classes = np.unique(y_pool)
    if len(classes) < 2:
        raise ValueError(
            f"A few-shot task needs at least two classes in the pool; got {classes.tolist()}."
        )
    if unknown := sorted(set(y_query.tolist()) - set(classes.tolist())):
        raise ValueError(
            f"Query labels {unknown} have no cell in the pool, whose classes are "
            f"{classes.tolist()}."
        )
    return Task(Z_pool, y_pool, Z_query, classes, np.searchsorted(classes, y_query))


def check_supports(supports: np.ndarray, task: Task) -> np.ndarray:
    """Supports as indices into the task's pool, (episodes, classes, k), if they fit it."""
    rule = f"Supports are whole numbers of shape (episodes, {len(task.classes)} classes, k)"
    try:
        supports = np.asarray(supports)
    except (TypeError, ValueError) as error:
        got = type(supports).__name__
        raise ValueError(f"{rule}; got {got}, whose rows are of unequal length.") from error
    right = supports.ndim == 3 and supports.shape[1] == len(task.classes) and supports.size > 0
    if not right or supports.dtype.kind not in "iu":
        raise ValueError(
            f"{rule}; got {supports.dtype} {supports.shape}. draw_supports returns them."
        )
    inside = supports.min() >= 0 and supports.max() < len(task.y_pool)
    if not inside or (task.y_pool[supports] != task.classes[:, None]).any():
        raise ValueError(
            "Supports index the pool, one row per class in sorted order; these point "
            "elsewhere. Draw them "
            "from the pool's labels with draw_supports."
        )
    return supports.astype(np.intp, copy=False)


def _episodes(task: Task, supports: np.ndarray, method: str) -> pd.DataFrame:
    scores = score_episodes(task, check_supports(supports, task), method)
    chunks = [episode_metrics(chunk, task.truth, task.classes) for chunk in scores]
    return pd.concat(chunks, ignore_index=True).rename_axis("episode").reset_index()


def score_episodes(
    task: Task, supports: np.ndarray, method: str = "cosine"
) -> Iterator[np.ndarray]:
    """Every query cell's score for every class, (episodes, classes, cells), a chunk of the
    episodes at a time.

    The score is the cosine to the class's prototype, or what another `method` gives, fitted
    episode by episode.
    """
    check_method(method)
    Z_pool, Z_query = task.Z_pool, task.Z_query
    at_once = max(1, _SCORES_AT_ONCE // (supports.shape[1] * len(Z_query)))
    for start in range(0, len(supports), at_once):
        chunk = supports[start : start + at_once]
        if method == "cosine":  # all episodes in one product
            prototypes = _prototypes(Z_pool, chunk)
            blocks = (cosine_scores(block, prototypes) for block in _blocks(Z_query))
        else:
            codes = np.repeat(np.arange(supports.shape[1]), supports.shape[2])
            heads = [
                fit_head(method, Z_pool[chosen.ravel()], codes, _rest(Z_pool, chosen, method))
                for chosen in chunk
            ]
            blocks = (score_heads(heads, block) for block in _blocks(Z_query))
        yield _joined(blocks, (*chunk.shape[:2], len(Z_query)))


def _rest(Z_pool: np.ndarray, chosen: np.ndarray, method: str) -> np.ndarray:
    """The pool without an episode's supports for methods that learn from unlabelled cells, all
    of it for the others, of which "centred" alone looks at it.
    """
    return np.delete(Z_pool, chosen.ravel(), axis=0) if method in NEED_UNLABELLED else Z_pool


def _blocks(Z: np.ndarray) -> Iterator[np.ndarray]:
    return (Z[start : start + _CELLS_AT_ONCE] for start in range(0, len(Z), _CELLS_AT_ONCE))


def _joined(blocks: Iterator[np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    """Blocks put side by side along the last axis; a single block as it is."""
    first = next(blocks)
    if first.shape == shape:
        return first
    whole, end = np.empty(shape, first.dtype), first.shape[-1]
    whole[..., :end] = first
    for block in blocks:
        whole[..., end : end + block.shape[-1]] = block
        end += block.shape[-1]
    return whole


def _prototypes(Z_pool: np.ndarray, supports: np.ndarray) -> np.ndarray:
    """The mean embedding of each class's supports, (episodes, classes, dim), as a sparse
    product: nothing is copied.
    """
    chosen, k = supports.ravel(), supports.shape[2]
    picks = csr_array(
        (np.ones(len(chosen), Z_pool.dtype), chosen, np.arange(0, len(chosen) + 1, k)),
        shape=(len(chosen) // k, len(Z_pool)),
    )
    return (picks @ Z_pool / k).reshape(*supports.shape[:2], -1)
