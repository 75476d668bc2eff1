from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import bloodshot_lib
from bloodshot_lib.fields.finder import Finder, Head, as_batch, one_for_each

WEIGHTS = Path(bloodshot_lib.__file__).parent / "weights"
CELLS = st.lists(
    st.tuples(*[st.floats(0, 200)] * 2, st.floats(20, 120), st.floats(0.05, 0.95)), max_size=20
).map(lambda rows: pd.DataFrame(rows, columns=["x", "y", "width", "score"], dtype=float))


@pytest.fixture(scope="module")
def finder():
    """Two heads that have learnt nothing, on the small released embedder."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return Finder("bloodshot-3-small", heads=2).eval()


class Said(nn.Module):
    """A head that says the same of every image: maps (4, h, w)."""

    def __init__(self, maps):
        super().__init__()
        self.maps = maps

    def forward(self, features):
        assert features.shape[2:] == self.maps.shape[1:]
        return self.maps[None]


@pytest.fixture
def saying(finder):
    """A finder whose heads say, of positions (row, column), (logit, width, right, down)."""
    learnt = finder.heads

    def made(shape, *heads):
        said = []
        for places in heads:
            maps = torch.full((4, *shape), -9.0)
            for place, values in places.items():
                maps[(slice(None), *place)] = torch.tensor(values)
            said.append(Said(maps))
        finder.heads = nn.ModuleList(said)
        return finder

    yield made
    finder.heads = learnt


def glass(width, height):
    return np.full((height, width, 3), 230, np.uint8)


def test_a_map_has_a_position_for_each_16_pixels(finder):
    images = torch.rand(2, 3, 64, 96)
    features = finder.features(images)
    assert features.shape == (2, 112, 4, 6)
    assert Head().eval()(features).shape == finder(images).shape == (2, 4, 4, 6)
    each = [head(features) for head in finder.heads]
    torch.testing.assert_close(finder(images), (each[0] + each[1]) / 2)


def test_an_image_is_made_larger_by_its_last_pixels():
    image = np.arange(33 * 30 * 3, dtype=np.uint32).reshape(33, 30, 3).astype(np.uint8)
    batch = as_batch(image)
    assert batch.shape == (1, 3, 64, 32)
    seen = (batch[0].permute(1, 2, 0) * 255).round().numpy()
    assert (seen[:33, :30] == image).all()
    assert (seen[33:, :30] == image[32]).all() and (seen[:33, 31] == image[:, 29]).all()


def test_a_peak_says_where_a_cell_is_and_how_wide(saying):
    finder = saying((4, 6), {(1, 2): (0.0, 0.5, 0.125, -0.25)})
    (cell,) = finder.find(glass(96, 64)).to_dict("records")
    # the middle of position (1, 2) is (40, 24); 8 px to the right, 16 px up
    assert cell == pytest.approx({"x": 48, "y": 8, "width": 64 * 2**0.5, "score": 0.5})


def test_heads_are_averaged_as_logits(saying):
    finder = saying((4, 6), {(1, 2): (4.0, 0.0, 0, 0)}, {(1, 2): (-2.0, 1.0, 0, 0)})
    (cell,) = finder.find(glass(96, 64)).to_dict("records")
    assert cell["score"] == pytest.approx(1 / (1 + np.exp(-1)))
    assert cell["width"] == pytest.approx(64 * 2**0.5)


def test_only_peaks_inside_the_image_are_cells_the_surest_first(saying):
    finder = saying((4, 6), {
        (0, 0): (-1.0, -1.0, 0, 0),
        (2, 3): (1.0, -1.0, 0, 0), (2, 2): (0.9, -1.0, 0, 0),  # a slope, no peak
        (0, 5): (2.0, -1.0, 0, 0),  # at x 88, in what was added to 70 px
        (3, 0): (2.0, -1.0, -0.5, 0),  # at x -24
        (0, 3): (-3.0, -1.0, 0, 0),  # a score of .047
    })  # fmt: skip
    found = finder.find(glass(70, 64))
    assert found[["x", "y"]].to_numpy().tolist() == [[56, 40], [8, 8]]
    assert list(found) == ["x", "y", "width", "score"] and (found.dtypes == "float64").all()


def test_two_peaks_in_one_cell_are_one(saying):
    finder = saying((4, 6), {(1, 1): (1.0, 0.0, 0, 0), (1, 3): (2.0, 0.0, 0, 0)})
    assert finder.find(glass(96, 64))["x"].tolist() == [56], "32 px apart, 64 px wide"


@given(CELLS)
def test_of_cells_nearer_than_half_their_width_the_surest_is_kept(cells):
    kept = one_for_each(cells)
    assert kept["score"].is_monotonic_decreasing and list(kept) == list(cells)
    x, y, width, score = kept.to_numpy(float).T

    def near(row):
        return np.hypot(x - row.x, y - row.y) <= 0.5 * (width + row.width) / 2

    for row in kept.itertuples():
        assert near(row).sum() == 1
    for row in cells.itertuples():
        assert (near(row) & (score >= row.score)).any(), "kept, or left to a surer one"


def test_a_saved_finder_comes_back_and_finds_the_same(finder, tmp_path):
    finder.save(tmp_path / "one.safetensors")
    again = Finder.load(tmp_path / "one.safetensors")
    assert again.header == finder.header and not again.training
    image = np.random.default_rng(0).integers(0, 255, (64, 96, 3), dtype=np.uint8)
    with torch.inference_mode():
        seen, before = again(as_batch(image)), finder(as_batch(image))
    torch.testing.assert_close(seen, before, atol=0.02, rtol=0.02)  # weights are halved
    again.save(tmp_path / "two.safetensors")
    same = Finder.load(tmp_path / "two.safetensors")
    assert same.key == again.key != finder.key


@pytest.mark.parametrize("file", ["absent", "text", WEIGHTS / "bloodshot-3-small.safetensors"])
def test_what_is_no_finder_is_refused(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("text").write_text("no weights")
    with pytest.raises(ValueError, match="is no finder's file: the released finder is called fin"):
        Finder.load(file)
