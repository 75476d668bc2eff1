"""Embeddings -> a map in two dimensions, and a measure of how separable they are in all."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.metrics import silhouette_score

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
            f"A map has two dimensions, so embeddings need at least two; got {Z.shape[1]}."
        )
    if (Z == Z[0]).all():
        raise ValueError(
            f"A map shows how cells differ; the embeddings of these {len(Z)} are all the same."
        )
    solver = "arpack" if min(Z.shape) > 2 else "full"  # finds two of a thousand at once
    pca = PCA(n_components=2, svd_solver=solver, random_state=0)
    return (
        pd.DataFrame(pca.fit_transform(Z), columns=["pc1", "pc2"]),
        pca.explained_variance_ratio_,
    )


def silhouette(Z: np.ndarray, labels: Sequence[str]) -> float:
    """Are the labels clusters in embeddings (N, D)? The mean silhouette, -1..1.

    The distance is cosine; 0 means that clusters overlap.

    Raises ValueError for a single class, or if each cell is a class of its own.
    """
    Z = check_embeddings(Z)
    labels = check_labels(labels, n=len(Z))
    if not 1 < len(classes := np.unique(labels)) < len(labels):
        raise ValueError(
            "A silhouette needs at least two classes, and fewer than cells; got"
            f" {len(classes)} for {len(labels)} cells: {classes[:5].tolist()}."
        )
    return float(silhouette_score(Z, labels, metric="cosine"))
