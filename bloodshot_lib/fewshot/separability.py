"""Embeddings -> a map in two dimensions, and measures of how separable they are in all."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import silhouette_score
from sklearn.model_selection import StratifiedKFold, cross_val_score

from ..common.checks import check_count, check_embeddings, check_labels
from .supports import Rng, seed_of

_FOLDS = 5


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
    pca = PCA(n_components=2, svd_solver="full")
    return (
        pd.DataFrame(pca.fit_transform(Z), columns=["pc1", "pc2"]),
        pca.explained_variance_ratio_,
    )


def stack_embeddings(**domains: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Stack the embeddings (N_i, D) of several domains.

    Returns them, and the name of each row's domain. Raises ValueError if there is no domain, or
    if widths differ.
    """
    if not domains:
        raise ValueError(
            "Name at least one domain: stack_embeddings(source=Z_source, "
            "target=Z_target); got none."
        )
    parts = {name: check_embeddings(Z, name) for name, Z in domains.items()}
    widths = {name: Z.shape[1] for name, Z in parts.items()}
    if len(set(widths.values())) > 1:
        raise ValueError(
            "Domains come from one embedder, so their embeddings have one width; "
            f"got {widths}."
        )
    rows = [len(Z) for Z in parts.values()]
    return np.concatenate(list(parts.values())), np.repeat(list(parts), rows)


def silhouette(Z: np.ndarray, labels: Sequence[str]) -> float:
    """Are the labels clusters in embeddings (N, D)? The mean silhouette, -1..1.

    The distance is cosine; 0 means that clusters overlap.

    Raises ValueError for a single class, or if each cell is a class of its own.
    """
    Z, labels, counts = _labelled(Z, labels)
    if len(counts) == len(labels):
        raise ValueError(
            f"A silhouette needs fewer classes than cells; got {len(counts)} classes "
            "for as many cells."
        )
    return float(silhouette_score(Z, labels, metric="cosine"))


def linear_probe(Z: np.ndarray, labels: Sequence[str], rng: Rng = 0) -> float:
    """Does a plane separate the labels in embeddings (N, D)? Balanced accuracy, 0 to 1.

    From logistic regression, five-fold, stratified; chance is one over the number of classes.
    Neither turning the space nor changing its unit changes the result.

    Raises ValueError for a single class, or for a class with fewer cells than folds.
    """
    seed = check_count("rng", seed_of(rng), least=0, most=2**32 - 1)
    Z, labels, counts = _labelled(Z, labels)
    if counts.min() < _FOLDS:
        raise ValueError(
            f"A probe of {_FOLDS} folds needs {_FOLDS} cells of each class; class "
            f"{counts.idxmin()!r} has "
            f"{counts.min()}. Label more cells, or leave the class out."
        )
    Z = Z.astype(float)  # a cell near the plane must not change sides with the precision
    Z /= np.sqrt(Z.var(axis=0).mean()) or 1.0  # one scale for all: axes mean nothing
    probe = LogisticRegression(tol=1e-8, max_iter=10_000, class_weight="balanced")
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed)
    return float(
        cross_val_score(probe, Z, labels, cv=folds, scoring="balanced_accuracy").mean()
    )


def _labelled(Z: np.ndarray, labels: Sequence[str]) -> tuple[np.ndarray, np.ndarray, pd.Series]:
    """Embeddings, their labels, and how many cells each class has."""
    Z = check_embeddings(Z)
    labels = check_labels(labels, n=len(Z))
    counts = pd.Series(labels).value_counts()
    if len(counts) < 2:
        raise ValueError(
            f"Measuring separation needs at least two classes; got {counts.index.tolist()}."
        )
    return Z, labels, counts
