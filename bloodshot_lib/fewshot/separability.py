"""Embeddings -> a map in two dimensions, and a measure of how separable they are in all."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.sparse.linalg import svds

from ..common.checks import check_embeddings, check_labels


def pca_map(Z: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    """The first two principal components of embeddings (N, D).

    Returns a table with the columns `pc1` and `pc2`, and each one's share of the variance,
    (2,).

    Raises ValueError for fewer than two cells or dimensions, or if all cells are identical.
    """
    Z = check_embeddings(Z, least=2)
    if Z.shape[1] < 2:
        raise ValueError(
            f"Embeddings must have at least two dimensions for a map, but had {Z.shape[1]}."
        )
    if (Z == Z[0]).all():
        raise ValueError(
            f"The embeddings on a map must differ, but those of these {len(Z)} cells are all the"
            " same."
        )
    Z = Z - Z.mean(axis=0)
    if min(Z.shape) == 2:
        _, _, axes = np.linalg.svd(Z, full_matrices=False)
    else:  # two of a thousand, at once
        _, _, axes = svds(Z, k=2, v0=np.random.default_rng(0).uniform(-1, 1, min(Z.shape)))
        axes = axes[::-1]
    largest = np.abs(axes).argmax(axis=1)
    at = Z @ (axes * np.sign(axes[[0, 1], largest])[:, None]).T  # as scikit-learn turns them
    return pd.DataFrame(at, columns=["pc1", "pc2"]), at.var(axis=0) / Z.var(axis=0).sum()


def silhouette(Z: np.ndarray, labels: Sequence[str]) -> float:
    """Are the labels clusters in embeddings (N, D)? The mean silhouette, -1..1.

    The distance is cosine; 0 means that clusters overlap.

    Raises ValueError for a single class, or if each cell is a class of its own.
    """
    from sklearn.metrics import silhouette_score  # here, because it imports slowly

    Z = check_embeddings(Z)
    labels = check_labels(labels, n=len(Z))
    if not 1 < len(classes := np.unique(labels)) < len(labels):
        raise ValueError(
            "A silhouette must have at least two classes, and fewer than cells, but had"
            f" {len(classes)} for {len(labels)} cells: {classes[:5].tolist()}."
        )
    return float(silhouette_score(Z, labels, metric="cosine"))
