"""Which classes are taken for which: as held-out supports show it, and as certainties expect it."""

import numpy as np

from .held_out import HeldOut

_EVEN = 300  # cells of even shares, added to the new ones when the shares of classes are estimated
_STEPS = 50


def held_out_confusion(held_out: HeldOut, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each class's shares of held-out verdicts, (C, C), and how many cells were judged, (C,)."""
    n_classes = held_out.scores.shape[1]
    counts = np.zeros((n_classes, n_classes))
    given = held_out.scores.argmax(axis=1)
    np.add.at(counts, (codes[held_out.rows], given), held_out.weights)
    judged = counts.sum(axis=1)
    return counts / np.maximum(judged, 1)[:, None], judged.round().astype(int)


def certain_confusion(certainties: np.ndarray) -> np.ndarray:
    """What the certainties of new cells (M, C) expect: each class's shares of verdicts, (C, C).

    A cell that is taken for k, with certainty p of c, is p of a cell of c taken for k. As that
    does not depend on which cells are labelled, it holds for suggested ones too. The certainties
    take all classes for equally likely; first they are told how the new cells are shared among
    the classes (expectation maximisation, Saerens et al. 2002), or the small doubts of the many
    cells of a common class would drown a rare one.
    """
    n, n_classes = certainties.shape
    shares = np.full(n_classes, 1 / n_classes)
    for _ in range(_STEPS):
        sure = certainties * shares
        sure /= sure.sum(axis=1, keepdims=True)
        shares = (sure.sum(axis=0) + _EVEN / n_classes) / (n + _EVEN)
    given = np.eye(n_classes)[certainties.argmax(axis=1)]
    cells = sure.T @ given
    return cells / cells.sum(axis=1, keepdims=True)
