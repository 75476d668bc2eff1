import numpy as np
import pytest

from bloodshot_lib import linear_probe, pca_map, silhouette, stack_embeddings


def test_components_of_a_flat_cloud_are_its_axes():
    rng = np.random.default_rng(0)
    Z = rng.normal(size=(500, 3)) * (10, 2, 0.1)
    coordinates, shares = pca_map(Z)
    assert list(coordinates.columns) == ["pc1", "pc2"]
    assert abs(np.corrcoef(coordinates["pc1"], Z[:, 0])[0, 1]) > 0.99
    assert shares == pytest.approx((100 / 104, 4 / 104), abs=0.02)


def test_separate_and_mixed_labels_are_told_apart():
    rng = np.random.default_rng(0)
    y = np.array(["a", "b"] * 60)
    apart = rng.normal(size=(120, 4)) + 8 * np.where(y == "a", 1, -1)[:, None]
    mixed = rng.normal(size=(120, 4))
    assert linear_probe(apart, y) == 1 and silhouette(apart, y) > 0.8
    assert abs(linear_probe(mixed, y) - 0.5) < 0.15 and abs(silhouette(mixed, y)) < 0.1


def test_stacked_embeddings_know_their_domain():
    Z, domains = stack_embeddings(source=np.zeros((2, 3)), target=np.ones((1, 3)))
    assert Z.sum(axis=1).tolist() == [0, 0, 3] and domains.tolist() == ["source", "source", "target"]
