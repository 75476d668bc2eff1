"""What a classifier says about its own supports, each judged only by the others."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from .heads import Head, Method, directions, fit_head

_ROUNDS = 4  # one if there are many supports: then the rounds hardly differ
_PARTS = 25  # most parts of a round; each is a fit


class HeldOut(NamedTuple):
    """Judgements of held-out supports: one row each, several per support.

    - `rows` (M,): which support.
    - `scores` (M, C): its scores, in units of its head's gap between classes (`class_gap`).
    - `weights` (M,): they make each judged support count as 1.
    """

    rows: np.ndarray
    scores: np.ndarray
    weights: np.ndarray


@threadpool_limits.wrap(1, "blas")  # threads would cost more than such small products
def hold_out(
    X: np.ndarray,
    codes: np.ndarray,
    method: Method,
    groups: np.ndarray | None = None,
    rng: int = 0,
) -> HeldOut:
    """Judge each support (n, D), with class number 0..C-1, by heads fitted on the others.

    One cell of every class is left out at a time: with a single cell left out, its class would
    have fewer supports than the others, and would seem harder than it is. With `groups`
    (subjects) it is one group of every class or, if groups have cells of several classes, one
    group. A class of one cell, or of one group, is never judged.
    """
    n_classes, rows, scores = codes.max() + 1, [], []
    if not callable(method):
        X = in_their_span(X)
    for left_out in parts_left_out(codes, groups, rng):
        rest = ~left_out
        if len(np.unique(codes[rest])) == n_classes:
            head = fit_head(method, X[rest], codes[rest])
            gap = class_gap(head, X[rest], codes[rest])
            rows.append(np.flatnonzero(left_out))
            scores.append(head.scores(X[left_out]) / gap)
    if not rows:
        return HeldOut(np.empty(0, int), np.empty((0, n_classes)), np.empty(0))
    rows = np.concatenate(rows)
    return HeldOut(rows, np.concatenate(scores), 1 / np.bincount(rows)[rows])


def class_gap(head: Head, X: np.ndarray, codes: np.ndarray) -> float:
    """How far apart a head keeps its classes: at each class's mean, its score minus another's.

    It is the mean over pairs of classes. The size of scores depends on the method and the
    number of supports; divided by the gap, they can be compared.
    """
    seen = directions(X, head.centre)
    means = np.stack([seen[codes == c].mean(axis=0) for c in range(codes.max() + 1)])
    scores = means @ head.coef.T + head.intercept
    gaps = np.diag(scores)[:, None] - scores
    gap = gaps.sum() / (gaps.size - len(gaps))
    return float(gap) if gap > 1e-12 else 1.0  # identical cells: the scores do not differ


def in_their_span(X: np.ndarray) -> np.ndarray:
    """The supports in at most as many dimensions as supports; no inner product changes."""
    return X if len(X) >= X.shape[1] else np.linalg.qr(X.T, mode="r").T


def parts_left_out(
    codes: np.ndarray, groups: np.ndarray | None = None, rng: int = 0
) -> Iterator[np.ndarray]:
    """Which supports are left out together, (n,) bool, in several rounds: see `hold_out`."""
    rng = np.random.default_rng(rng)
    names = np.arange(len(codes)) if groups is None else np.unique(groups, return_inverse=True)[1]
    members = [np.unique(names[codes == c]) for c in range(codes.max() + 1)]
    if sum(map(len, members)) > len(everyone := np.unique(names)):
        members = [everyone]  # subjects have cells of several classes: one subject at a time
    n_parts = min(max(map(len, members)), _PARTS)
    for _ in range(_ROUNDS if len(codes) <= 4 * _PARTS else 1):
        hands = [_dealt(rng.permutation(own), n_parts) for own in members if len(own) > 1]
        for hand in zip(*hands, strict=True):
            yield np.isin(names, np.concatenate(hand))


def _dealt(groups: np.ndarray, n_parts: int) -> list[np.ndarray]:
    """A class's groups in `n_parts` parts; those of a small class are used more than once."""
    return np.array_split(np.resize(groups, max(len(groups), n_parts)), n_parts)
