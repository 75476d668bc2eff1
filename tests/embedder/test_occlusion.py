"""Maps of what moves a verdict, on networks that look where they are told to."""

import numpy as np
import pytest
import torch

import bloodshot_lib as bs
from bloodshot_lib.embedder.occlusion import patches

CLASSIFIER = bs.FewShotClassifier("cosine").fit(np.eye(3), ["blue eye", "green", "red"])


class Corner(torch.nn.Module):
    """The mean colour of the upper left quarter, blue first."""

    def forward(self, pixels):
        half = pixels.shape[-1] // 2
        return pixels[..., :half, :half].mean(dim=(2, 3)).flip(1)


@pytest.fixture
def embedder() -> bs.Embedder:
    """32 px; it sees nothing but one corner."""
    embedder = bs.Embedder("test_efficientnet", 32)
    embedder.backbone, embedder.dim = Corner(), 3
    return embedder


@pytest.fixture
def image() -> np.ndarray:
    """Half red, half blue in the corner that is seen, red on the left; noise elsewhere."""
    image = np.random.default_rng(0).integers(0, 255, (1, 32, 32, 3), dtype=np.uint8)
    image[0, :16, :8], image[0, :16, 8:16] = (240, 0, 0), (0, 60, 120)
    return image


def test_the_map_is_the_fall_of_the_log_odds_where_the_network_looks(embedder, image):
    (drops,) = bs.occlusion_maps(embedder, CLASSIFIER, image, patch=8, stride=8)
    assert drops.shape == (4, 4)
    mean = image[0].reshape(-1, 3).mean(0).round()
    covered = np.array(image)
    covered[0, :8, :8] = mean
    both = np.concatenate([image, covered])[:, :16, :16].mean(axis=(1, 2))[:, ::-1]
    odds = np.log(CLASSIFIER.predict_proba(both))
    given, runner_up = odds[0].argsort()[::-1][:2]
    assert CLASSIFIER.classes_[given] == "red"
    evidence = odds[:, given] - odds[:, runner_up]
    assert drops[0, 0] == pytest.approx(evidence[0] - evidence[1], rel=1e-4)
    assert (drops[:2, 0] > 0).all(), "red speaks for red"
    assert (drops[:2, 1] < 0).all(), "blue speaks against it"
    np.testing.assert_allclose(drops[2:], 0, atol=1e-5)
    np.testing.assert_allclose(drops[:, 2:], 0, atol=1e-5)


@pytest.mark.parametrize("fill", ["mean", "background"])
def test_a_patch_of_the_colour_that_is_there_changes_nothing(embedder, fill):
    plain = np.full((2, 32, 32, 3), (200, 30, 90), np.uint8)
    assert not bs.occlusion_maps(embedder, CLASSIFIER, plain, fill=fill).any()


def test_one_patch_over_all_leaves_the_evidence_of_its_colour(embedder, image):
    (drops,) = bs.occlusion_maps(embedder, CLASSIFIER, image, 32, 32)
    colour = image[0].reshape(-1, 3).mean(0).round()
    sure = CLASSIFIER.predict_proba([image[0, :16, :16].mean(axis=(0, 1))[::-1], colour[::-1]])
    given, runner_up = sure[0].argsort()[::-1][:2]
    odds = np.log(sure[:, given] / sure[:, runner_up])
    assert drops.shape == (1, 1) and drops[0, 0] == pytest.approx(odds[0] - odds[1], rel=1e-4)


def test_the_background_is_the_light_that_a_tenth_of_the_image_has(embedder):
    image = np.full((1, 32, 32, 3), 250, np.uint8)
    image[0, :16, :16] = (200, 20, 20)
    light = bs.occlusion_maps(embedder, CLASSIFIER, image, 8, 8, "background")
    assert (light[0, :2, :2] > 0).all() and not light[0, 2:].any()


def test_each_image_has_its_map_whatever_is_beside_it(embedder, image):
    other = np.ascontiguousarray(image[:, ::-1])
    both = bs.occlusion_maps(embedder, CLASSIFIER, np.concatenate([image, other]))
    alone = [bs.occlusion_maps(embedder, CLASSIFIER, each) for each in (image, other)]
    np.testing.assert_array_equal(both, np.concatenate(alone))
    assert bs.occlusion_maps(embedder, CLASSIFIER, image[:0]).shape == (0, 4, 4)


def test_the_image_is_left_as_it_was(embedder, image):
    image.flags.writeable = False
    before = image.copy()
    bs.occlusion_maps(embedder, CLASSIFIER, image)
    np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize(
    ("side", "patch", "stride"), [(32, 8, 8), (32, 16, 8), (30, 7, 4), (9, 9, 2), (5, 1, 1)]
)
def test_patches_cover_every_pixel_and_lie_over_their_squares(side, patch, stride):
    counts, places = np.zeros((side, side), int), patches(side, patch, stride)
    rows = -(-side // stride)
    assert len(places) == rows**2
    for number, place in enumerate(places):
        counts[place] += 1
        row, column = (stride * n for n in divmod(number, rows))
        square = np.zeros((side, side), bool)
        square[row : row + stride, column : column + stride] = True
        square[place] = False
        assert not square.any(), "the square is covered"
    assert counts.min() >= 1
