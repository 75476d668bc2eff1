import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bloodshot_lib import pca_map, silhouette


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
    assert silhouette(apart, y) > 0.8 and abs(silhouette(mixed, y)) < 0.1


@given(st.integers(0, 2**31))
@settings(max_examples=10, deadline=None)
def test_whatever_holds_the_numbers_the_picture_is_the_same(seed):
    rng = np.random.default_rng(seed)
    Z, y = rng.integers(0, 99, (30, 4)), rng.permutation(["a", "b", "c"] * 10)
    exact, shares = pca_map(Z.astype(float))
    clustered = silhouette(Z.astype(float), y)
    forms = [
        (Z.tolist(), y.tolist()),
        (pd.DataFrame(Z), pd.Series(y, index=range(30, 0, -1))),
        (Z.astype(np.uint8), y.astype(object)),
        (Z.astype(np.float16), pd.Categorical(y)),
    ]
    for embedded, labels in forms:
        coordinates, found = pca_map(embedded)
        np.testing.assert_allclose(coordinates, exact, atol=1e-3)
        assert found == pytest.approx(shares, abs=1e-5)
        assert silhouette(embedded, labels) == pytest.approx(clustered, abs=1e-5)
