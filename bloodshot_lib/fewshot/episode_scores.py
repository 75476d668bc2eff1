"""Embeddings and supports -> scores: every query cell's for every class, in every episode."""

from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_array

from .few_shot_task import Task
from .heads import Method, cosine_scores, fit_head, score_heads

_SCORES_AT_ONCE = 1 << 24  # scores held in memory at a time: 64 MiB of float32
# query cells normalised at a time, so that a memory map larger than memory streams through
_CELLS_AT_ONCE = 1 << 15


def score_episodes(task: Task, supports: np.ndarray, method: Method) -> Iterator[np.ndarray]:
    """Every query cell's score for every class, (episodes, classes, cells), in chunks.

    A chunk holds some of the episodes. The score is the cosine to the class's prototype, or
    that of another `method`, fitted episode by episode.
    """
    Z_pool, Z_query = task.Z_pool, task.Z_query
    at_once = max(1, _SCORES_AT_ONCE // (supports.shape[1] * len(Z_query)))
    codes = np.repeat(np.arange(supports.shape[1]), supports.shape[2])
    for start in range(0, len(supports), at_once):
        chunk = supports[start : start + at_once]
        if method == "cosine":  # all episodes in one product
            prototypes = _prototypes(Z_pool, chunk)
            blocks = [cosine_scores(block, prototypes) for block in _blocks(Z_query)]
        else:
            heads = [
                fit_head(method, Z_pool[rows.ravel()], codes, _unlabelled(Z_pool, rows, method))
                for rows in chunk
            ]
            blocks = [score_heads(heads, block) for block in _blocks(Z_query)]
        yield blocks[0] if len(blocks) == 1 else np.concatenate(blocks, axis=-1)


def _unlabelled(Z_pool: np.ndarray, chosen: np.ndarray, method: Method) -> np.ndarray:
    """What a method may see of the pool.

    A function gets it without the episode's supports. Of the named methods only "centred" looks
    at it, and at the whole.
    """
    return np.delete(Z_pool, chosen.ravel(), axis=0) if callable(method) else Z_pool


def _blocks(Z: np.ndarray) -> Iterator[np.ndarray]:
    return (Z[start : start + _CELLS_AT_ONCE] for start in range(0, len(Z), _CELLS_AT_ONCE))


def _prototypes(Z_pool: np.ndarray, supports: np.ndarray) -> np.ndarray:
    """The mean embedding of each class's supports, (episodes, classes, dim).

    It is a sparse product, so nothing is copied.
    """
    chosen, k = supports.ravel(), supports.shape[2]
    picks = csr_array(
        (np.ones(len(chosen), Z_pool.dtype), chosen, np.arange(0, len(chosen) + 1, k)),
        shape=(len(chosen) // k, len(Z_pool)),
    )
    return (picks @ Z_pool / k).reshape(*supports.shape[:2], -1)
