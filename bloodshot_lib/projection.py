"""Embeddings -> two dimensions, and numbers that say how separable they are before it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import silhouette_score
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def pca_map(Z: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    """The first two principal components of embeddings (N, D): columns `pc1`, `pc2`, and each one's variance share."""
    pca = PCA(n_components=2, svd_solver="full")
    return pd.DataFrame(pca.fit_transform(Z), columns=["pc1", "pc2"]), pca.explained_variance_ratio_


def stack_embeddings(**domains: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lay several domains' embeddings (N_i, D) below one another; returns them and each row's domain name."""
    return np.concatenate(list(domains.values())), np.repeat(list(domains), [len(Z) for Z in domains.values()])


def silhouette(Z: np.ndarray, labels: Sequence[str]) -> float:
    """Are the labels clusters in embeddings (N, D)? Mean silhouette with cosine distance, -1..1; 0 = overlapping."""
    return float(silhouette_score(Z, np.asarray(labels, dtype=str), metric="cosine"))


def linear_probe(Z: np.ndarray, labels: Sequence[str], rng: int = 0) -> float:
    """Does a plane separate the labels in embeddings (N, D)? Balanced accuracy of logistic regression, five-fold,
    stratified; chance is one over the number of classes.
    """
    labels = np.asarray(labels, dtype=str)
    probe = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000, class_weight="balanced"))
    folds = StratifiedKFold(5, shuffle=True, random_state=rng)
    return float(cross_val_score(probe, Z, labels, cv=folds, scoring="balanced_accuracy").mean())
