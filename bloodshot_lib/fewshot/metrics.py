"""Scores -> verdicts, and verdicts -> metrics, all episodes at once."""

import numpy as np


def nearest(scores: np.ndarray) -> np.ndarray:
    """The class number of the highest score, (..., cells) from (..., classes, cells).

    A tie goes to the first class.
    """
    # class by class: numpy's argmax over a middle axis takes forty times as long
    best, named = scores[..., 0, :].copy(), np.zeros(scores[..., 0, :].shape, np.intp)
    for c in range(1, scores.shape[-2]):
        named[scores[..., c, :] > best] = c
        np.maximum(best, scores[..., c, :], out=best)
    return named


def confusion_metrics(confusion: np.ndarray, classes: np.ndarray) -> dict[str, np.ndarray]:
    """Every metric except AUROC, from counts (..., true class, predicted class)."""
    hits = confusion.diagonal(axis1=-2, axis2=-1)
    actual, predicted = confusion.sum(axis=-1), confusion.sum(axis=-2)
    total = confusion.sum(axis=(-2, -1))
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


def auroc(scores: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """Area under the ROC curve of each row of scores (E, Q).

    It is the share of pairs in the right order; ties count one half.
    """
    n_pairs = positive.sum() * (~positive).sum()
    lower, higher = np.sort(scores[:, ~positive], axis=1), np.sort(scores[:, positive], axis=1)
    twice = [
        low.searchsorted(high, "left").sum() + low.searchsorted(high, "right").sum()
        for low, high in zip(lower, higher, strict=True)
    ]
    return np.array(twice) / (2 * n_pairs)
