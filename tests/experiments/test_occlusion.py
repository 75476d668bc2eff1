"""What counts as nucleus, cytoplasm and background, and how movement is shared out."""

import json

import numpy as np
import pytest

import bloodshot_lib as bs
from bloodshot_lib.embedder import forward_pass
from experiments import occlusion
from experiments.cell_regions import regions


def drawn(side=128, cytoplasm=0.62, nucleus=0.36, pale=(170, 150, 205)):
    """A round cell with a round nucleus, and a red cell in the corner that touches it."""
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    image = np.full((side, side, 3), (245, 240, 235), np.uint8)
    image[np.hypot(x - 0.75, y - 0.75) < 0.45] = (225, 180, 170)
    body, core = np.hypot(x, y) < cytoplasm, np.hypot(x, y) < nucleus
    image[body], image[core] = pale, (90, 50, 130)
    return image, np.stack([core, body & ~core, ~body])


def test_a_drawn_cell_is_parted_as_it_was_drawn():
    image, truth = drawn()
    found = regions(image)
    assert (found.sum(axis=0) == 1).all(), "each pixel is of one region"
    assert (found == truth).all(axis=0).mean() > 0.95


def test_an_image_without_a_nucleus_has_no_regions():
    image, _ = drawn(nucleus=0, pale=(225, 180, 170))
    assert regions(image) is None


def test_a_movement_that_is_everywhere_is_shared_out_by_area():
    image, parts = drawn()
    even = occlusion.shares(image, parts, np.full((16, 16), -0.5))
    np.testing.assert_allclose(even["moved"], even["area"])
    np.testing.assert_allclose(even["towards"], -even["area"])
    np.testing.assert_allclose(even[["area", "changed", "moved"]].sum(), 1)
    middle = np.zeros((16, 16))
    middle[7:9, 7:9] = 2
    found = occlusion.shares(image, parts, middle).set_index("region")
    assert found["moved"].tolist() == [1, 0, 0] == found["towards"].tolist()
    none = occlusion.shares(image, parts, np.zeros((16, 16)))
    assert (none["moved"] == 0).all()


def _set(seed: int) -> occlusion.Set:
    """Drawn cells of two classes that differ in the nucleus."""
    rng = np.random.default_rng(seed)
    images = np.stack([drawn(32, 0.7, 0.3 + 0.2 * (n % 2))[0] for n in range(28)])
    noise = rng.integers(-5, 6, images.shape)
    images = (images + noise).clip(0, 255).astype(np.uint8)
    labels = np.array(["large" if n % 2 else "small" for n in range(28)])
    return occlusion.Set(images, labels, np.arange(28) < 22, bs.Embedder("test_efficientnet", 32))


def test_both_sets_are_measured_and_written(tmp_path, monkeypatch, capsys):
    # OpenVINO takes seconds to compile what torch computes at once, and gives the same
    monkeypatch.setattr(forward_pass, "_openvino", forward_pass._torch)
    monkeypatch.setattr(occlusion, "sets", lambda: iter([("one", _set(0)), ("two", _set(1))]))
    (tmp_path / "results").mkdir()
    occlusion.main(tmp_path)
    facts = json.loads((tmp_path / "results" / "occlusion.json").read_text())
    rows = facts["regions"]
    assert {row["set"] for row in rows} == {"one", "two"}
    assert {row["network"] for row in rows} == {"trained", "untrained"}
    both = [row for row in rows if row["label"] == "all" and row["set"] == "one"]
    assert sum(r["cells"] for r in both if r["network"] == "trained") == 3 * 6
    for right in {row["right"] for row in both}:
        some = [r for r in both if r["right"] == right and r["network"] == "trained"]
        assert sum(r["moved"] for r in some) == pytest.approx(1, abs=0.01)
    assert {row["with"] for row in facts["agreement"]} == {"a random network", "the other colour"}
