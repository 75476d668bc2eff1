"""Embeddings and supports -> episodes: every metric of every episode. Sees arrays only, never a model."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from sklearn.metrics import classification_report

from .episodes import Rng, check_labels, draw_supports
from .heads import NEED_UNLABELLED, check_method, cosine_scores, fit_head, score_heads

_SCORES_AT_ONCE = 1 << 24  # scores held in memory at a time: 64 MiB of float32
_CELLS_AT_ONCE = 1 << 15  # query cells normalised at a time, so that a memory map larger than memory streams through


def evaluate_few_shot(Z_pool: np.ndarray, y_pool: Sequence[str], Z_query: np.ndarray, y_query: Sequence[str],
                      supports: np.ndarray, method: str = "cosine") -> pd.DataFrame:
    """Score every episode on all query cells, by the nearest prototype in cosine similarity as the report does.

    `method` is any of `FewShotClassifier`'s; one that learns from unlabelled cells is given the rest of the pool,
    without its labels. `Z_pool` (P, D) and `Z_query` (Q, D) are embeddings; `supports` (E, C, k) indexes the pool,
    classes in sorted order, as `draw_supports` returns it. A tie goes to the class that sorts first.

    Returns a row per episode with `accuracy`, `balanced_accuracy` (mean recall of the classes present in the query),
    `macro_f1`, `weighted_f1`, `f1_<class>`, and for two classes `auroc` of the difference of the two similarities.
    Raises ValueError for embeddings that are not finite or of unequal width, labels of another length, one class only,
    query labels that the pool lacks, supports whose classes are not those of the pool in sorted order, or an unknown
    method.
    """
    classes, truth = check_task(Z_pool, y_pool, Z_query, y_query, supports)
    chunks = [_metrics(scores, truth, classes) for scores in score_episodes(Z_pool, Z_query, supports, method)]
    return pd.concat(chunks, ignore_index=True).rename_axis("episode").reset_index()


def k_sweep(Z_pool: np.ndarray, y_pool: Sequence[str], Z_query: np.ndarray, y_query: Sequence[str],
            ks: Sequence[int], n_episodes: int = 100, rng: Rng = 42, draw: Callable = draw_supports,
            method: str = "cosine") -> pd.DataFrame:
    """Episodes for each number of shots in `ks`; a column `k` says which. See `evaluate_few_shot`, also for `method`.

    Each k starts from the same seed: with `draw_supports` the supports are nested and the curve is paired, with
    `paper_supports` they are the report's.
    """
    if len(ks) == 0:
        raise ValueError("`ks` names at least one number of shots; got none.")
    seed = int(rng) if isinstance(rng, int | np.integer) else int(rng.integers(2**32))
    sweeps = {k: evaluate_few_shot(Z_pool, y_pool, Z_query, y_query, draw(y_pool, k, n_episodes, seed), method)
              for k in ks}
    return pd.concat(sweeps, names=["k"]).reset_index("k").reset_index(drop=True)


def hardest_cells(Z_pool: np.ndarray, y_pool: Sequence[str], Z_query: np.ndarray, y_query: Sequence[str],
                  supports: np.ndarray, n: int = 6, n_neighbours: int = 5) -> pd.DataFrame:
    """The `n` query cells that most episodes get wrong, the worst first.

    Columns: `cell` (its row in the query), `label`, `wrong` (share of the episodes), and `neighbours`, the rows of the
    `n_neighbours` pool cells of largest cosine. Raises ValueError as `evaluate_few_shot` does.
    """
    classes, truth = check_task(Z_pool, y_pool, Z_query, y_query, supports)
    wrong = sum((nearest(scores) != truth).sum(axis=0) for scores in score_episodes(Z_pool, Z_query, supports))
    worst = np.argsort(-wrong, kind="stable")[:n]
    neighbours = np.argsort(-cosine_scores(Z_pool, Z_query[worst]), axis=1, kind="stable")[:, :n_neighbours]
    return pd.DataFrame({"cell": worst, "label": classes[truth[worst]], "wrong": wrong[worst] / len(supports),
                         "neighbours": list(neighbours)})


def classification_table(y_true: Sequence[str], y_pred: Sequence[str]) -> pd.DataFrame:
    """Precision, recall, F1 and number of cells of each class, and their macro and weighted averages."""
    report = classification_report(y_true, y_pred, output_dict=True, zero_division=0.0)
    accuracy = report.pop("accuracy", None)
    table = pd.DataFrame(report).T.rename(columns={"f1-score": "f1", "support": "cells"})
    table = table.astype({"cells": int})
    table.attrs["accuracy"] = accuracy
    return table


def majority_share(labels: Sequence[str]) -> float:
    """The accuracy of always naming the most frequent class: the line that a classifier has to beat."""
    return float(pd.Series(list(labels)).value_counts(normalize=True).iloc[0])


def check_task(Z_pool: np.ndarray, y_pool: Sequence[str], Z_query: np.ndarray, y_query: Sequence[str],
               supports: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The classes in sorted order and each query cell's class number; ValueError as `evaluate_few_shot` says."""
    y_pool, y_query = _check_embeddings(Z_pool, y_pool, "pool"), _check_embeddings(Z_query, y_query, "query")
    classes = _check_episodes(y_pool, y_query, supports)
    if Z_pool.shape[1] != Z_query.shape[1]:
        raise ValueError(f"Pool and query come from one embedder; got widths {Z_pool.shape[1]} and {Z_query.shape[1]}.")
    return classes, np.searchsorted(classes, y_query)


def score_episodes(Z_pool: np.ndarray, Z_query: np.ndarray, supports: np.ndarray,
                   method: str = "cosine") -> Iterator[np.ndarray]:
    """Every query cell's score for every class, (episodes, classes, cells), a chunk of the episodes at a time.

    The score is the cosine to the class's prototype, or what another `method` gives, fitted episode by episode.
    """
    check_method(method)
    at_once = max(1, _SCORES_AT_ONCE // (supports.shape[1] * len(Z_query)))
    for start in range(0, len(supports), at_once):
        chunk = supports[start : start + at_once]
        if method == "cosine":  # all episodes in one product
            prototypes = _prototypes(Z_pool, chunk)
            blocks = (cosine_scores(block, prototypes) for block in _blocks(Z_query))
        else:
            codes = np.repeat(np.arange(supports.shape[1]), supports.shape[2])
            heads = [fit_head(method, Z_pool[chosen.ravel()], codes, _rest(Z_pool, chosen, method)) for chosen in chunk]
            blocks = (score_heads(heads, block) for block in _blocks(Z_query))
        yield _joined(blocks, (*chunk.shape[:2], len(Z_query)))


def _rest(Z_pool: np.ndarray, chosen: np.ndarray, method: str) -> np.ndarray:
    """The pool without an episode's supports, for methods that learn from unlabelled cells; the others do not look."""
    return np.delete(Z_pool, chosen.ravel(), axis=0) if method in NEED_UNLABELLED else Z_pool


def nearest(scores: np.ndarray) -> np.ndarray:
    """The class of the highest score, (..., cells) from (..., classes, cells); a tie goes to the first."""
    # class after class: numpy's argmax over a middle axis takes forty times as long
    best, named = scores[..., 0, :].copy(), np.zeros(scores[..., 0, :].shape, np.intp)
    for c in range(1, scores.shape[-2]):
        named[scores[..., c, :] > best] = c
        np.maximum(best, scores[..., c, :], out=best)
    return named


def confusion_metrics(confusion: np.ndarray, classes: np.ndarray) -> dict[str, np.ndarray]:
    """Every metric but AUROC, from counts (..., true class, predicted class)."""
    hits = confusion.diagonal(axis1=-2, axis2=-1)
    actual, predicted, total = confusion.sum(axis=-1), confusion.sum(axis=-2), confusion.sum(axis=(-2, -1))
    present = actual > 0
    recall = hits / np.where(present, actual, 1)
    f1 = 2 * hits / np.maximum(actual + predicted, 1)
    metrics = {
        "accuracy": hits.sum(axis=-1) / total,
        "balanced_accuracy": recall.sum(axis=-1) / present.sum(axis=-1),
        "macro_f1": f1.mean(axis=-1),
        "weighted_f1": (f1 * actual).sum(axis=-1) / total,
    }
    return metrics | {f"f1_{name}": f1[..., c] for c, name in enumerate(classes)}


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
    """The mean embedding of each class's supports, (episodes, classes, dim), as a sparse product: nothing is copied."""
    chosen, k = supports.ravel(), supports.shape[2]
    picks = csr_array((np.ones(len(chosen), Z_pool.dtype), chosen, np.arange(0, len(chosen) + 1, k)),
                      shape=(len(chosen) // k, len(Z_pool)))
    return (picks @ Z_pool / k).reshape(*supports.shape[:2], -1)


def _check_embeddings(Z: np.ndarray, labels: Sequence[str], role: str) -> np.ndarray:
    if not isinstance(Z, np.ndarray) or Z.ndim != 2 or len(Z) == 0:
        raise ValueError(f"{role} embeddings are an array of shape (cells, dim) with at least one cell; got "
                         f"{type(Z).__name__} {getattr(Z, 'shape', '')}. `embed` returns one; np.asarray makes one.")
    if not all(np.isfinite(block).all() for block in _blocks(Z)):
        raise ValueError(f"{role} embeddings are finite numbers; got {int((~np.isfinite(Z)).sum())} values that are "
                         "not finite. Check images and embedder.")
    if len(labels) != len(Z):
        raise ValueError(f"Every {role} cell needs one label; got {len(Z)} embeddings and {len(labels)} labels.")
    return check_labels(labels)


def _check_episodes(y_pool: np.ndarray, y_query: np.ndarray, supports: np.ndarray) -> np.ndarray:
    """The classes, after checking that labels and supports fit together."""
    classes = np.unique(y_pool)
    if len(classes) < 2:
        raise ValueError(f"A few-shot task needs at least two classes in the pool; got {classes.tolist()}.")
    if unknown := sorted(set(y_query.tolist()) - set(classes.tolist())):
        raise ValueError(f"Query labels {unknown} have no cell in the pool, whose classes are {classes.tolist()}.")
    if supports.ndim != 3 or supports.shape[1] != len(classes) or supports.size == 0 or supports.dtype.kind not in "iu":
        raise ValueError(f"Supports are whole numbers of shape (episodes, {len(classes)} classes, k); got "
                         f"{supports.dtype} {supports.shape}.")
    if supports.min() < 0 or supports.max() >= len(y_pool) or (y_pool[supports] != classes[:, None]).any():
        raise ValueError("Supports index the pool, one row per class in sorted order; these point elsewhere. Draw them "
                         "from the pool's labels with draw_supports.")
    return classes


def _metrics(scores: np.ndarray, truth: np.ndarray, classes: np.ndarray) -> pd.DataFrame:
    """All metrics from scores (E, C, Q) and class numbers (Q,), through each episode's confusion matrix (E, C, C)."""
    n_episodes, n_classes, _ = scores.shape
    cell = (np.arange(n_episodes)[:, None] * n_classes + truth) * n_classes + nearest(scores)
    confusion = np.bincount(cell.ravel(), minlength=n_episodes * n_classes**2).reshape(-1, n_classes, n_classes)
    metrics = confusion_metrics(confusion, classes)
    if n_classes == 2 and 0 < truth.mean() < 1:
        metrics["auroc"] = _auroc(scores[:, 1] - scores[:, 0], truth == 1)
    return pd.DataFrame(metrics)


def _auroc(scores: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """Area under the ROC curve of each row of scores (E, Q): the share of pairs in order; ties count one half."""
    n_pairs = positive.sum() * (~positive).sum()
    ordered = zip(np.sort(scores[:, ~positive], axis=1), np.sort(scores[:, positive], axis=1), strict=True)
    twice = [low.searchsorted(high, "left").sum() + low.searchsorted(high, "right").sum() for low, high in ordered]
    return np.array(twice) / (2 * n_pairs)
