"""Feature maps are computed once, and are what the finder sees."""

import numpy as np
import pytest
import torch

from bloodshot_lib.fields.finder import Finder
from experiments.fields.feature_maps import LEAST as VERSIONS
from experiments.fields.feature_maps import feature_maps
from experiments.laboratories.releases import SMALL


def test_feature_maps_are_computed_once(laboratory, kept, monkeypatch):
    maps = feature_maps(SMALL, laboratory)
    assert [each.field for each in maps] == ["a.png"] * VERSIONS + ["b.png"] * VERSIONS
    first = maps[0]
    assert first.features.shape == (112, 6, 8) and first.features.dtype == np.float16
    assert first.size.tolist() == [96, 128] and first.boxes.tolist() == [[64, 48, 64, 64]]
    assert maps[VERSIONS].boxes.shape == (0, 4)
    monkeypatch.setattr("experiments.fields.feature_maps.Finder", None)
    again = feature_maps(SMALL, laboratory)
    assert all((a.features == b.features).all() for a, b in zip(maps, again, strict=True))
    changed = laboratory._replace(boxes=laboratory.boxes.assign(x=40.0))
    with pytest.raises(TypeError):  # other boxes, other maps: they would have to be computed
        feature_maps(SMALL, changed)


def test_a_feature_map_is_what_the_finder_sees(laboratory, kept):
    """The released heads' maps of the stored features are those of the image itself."""
    finder = Finder(SMALL, 1).eval()
    stored = feature_maps(SMALL, laboratory)[VERSIONS].features
    with torch.inference_mode():
        seen = torch.full((1, 3, 96, 128), 1.0) * torch.tensor([220, 180, 200]).view(3, 1, 1) / 255
        exact = finder.features(seen)[0]
    np.testing.assert_allclose(stored, exact, atol=0.02)
