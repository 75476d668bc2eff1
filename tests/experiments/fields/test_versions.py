"""Other versions of a field: its cells are where they are said to be."""

import math

import numpy as np
import pytest
from scipy import ndimage

from bloodshot_lib.fields.field_files import Field
from experiments.fields.lights import relit
from experiments.fields.versions import MOST, draw_version, draw_window, turned


@pytest.fixture
def field():
    """A plain field 300 x 200 px with one black square of 20 px around (100, 60)."""
    image = np.full((200, 300, 3), 200, np.uint8)
    image[50:70, 90:110] = 0
    return Field("drawn", [image]), np.array([[100.0, 60, 20, 20]])


def test_the_first_version_is_the_field_as_it_is(field):
    image, boxes = draw_version(*field, 0.5, 0, np.random.default_rng(0))
    assert image.shape == (100, 150, 3) and boxes.tolist() == [[50, 30, 10, 10]]
    assert (image[:20] == 200).all()


@pytest.mark.parametrize("number", [1, 2, 3, 7])
@pytest.mark.parametrize("single", [False, True])
def test_in_every_version_the_boxes_are_where_the_cells_are(field, number, single, monkeypatch):
    monkeypatch.setattr("experiments.fields.versions.relit", lambda image, rng: image)
    for seed in range(8):
        rng = np.random.default_rng(seed)
        image, boxes = draw_version(*field, 2.0, number, rng, single)
        ((x, y, width, height),) = boxes
        assert max(image.shape) <= MOST and width == height
        octaves = math.log2(width / 40)
        if single or number % 4 < 3:
            assert -0.45 <= octaves <= 0.45
        else:
            assert -2.5 <= octaves <= -0.7 or 0.7 <= octaves <= 1.8
        if (
            width / 2 < x < image.shape[1] - width / 2
            and width / 2 < y < image.shape[0] - width / 2
        ):
            found = ndimage.center_of_mass(200.0 - image[..., 0])
            assert found == pytest.approx((y - 0.5, x - 0.5), abs=1)


def test_most_windows_are_around_a_cell_and_all_are_in_the_field(field):
    rng, inside = np.random.default_rng(0), []
    for _ in range(200):
        x, y, width, height = draw_window(*field, 100, rng)
        assert 0 <= x <= 200 and 0 <= y <= 100 and width == height == 100
        inside.append(x <= 100 <= x + 100 and y <= 60 <= y + 100)
    # the others are anywhere: three in ten of them show the cell by chance
    assert 0.7 < np.mean(inside) < 0.95
    assert draw_window(*field, 1000, rng) == (0, 0, 300, 200)
    *_, width, height = draw_window(*field, 1000, rng, single=True)
    assert 210 <= width <= 300 and 140 <= height <= 200


def test_a_turn_takes_the_boxes_along():
    image = np.arange(6, dtype=np.uint8).reshape(2, 3, 1).repeat(3, axis=2)  # 0 1 2 / 3 4 5
    boxes = np.array([[0.5, 0.5, 1, 2]])  # on the 0
    for turn, values, place in [
        ((False, False, False), [[0, 1, 2], [3, 4, 5]], [0.5, 0.5, 1, 2]),
        ((False, True, False), [[2, 1, 0], [5, 4, 3]], [2.5, 0.5, 1, 2]),
        ((False, False, True), [[3, 4, 5], [0, 1, 2]], [0.5, 1.5, 1, 2]),
        ((True, False, False), [[0, 3], [1, 4], [2, 5]], [0.5, 0.5, 2, 1]),
        ((True, True, False), [[3, 0], [4, 1], [5, 2]], [1.5, 0.5, 2, 1]),
    ]:
        shown, moved = turned(image, boxes, *turn)
        assert shown[..., 0].tolist() == values and moved.tolist() == [place]
    assert boxes.tolist() == [[0.5, 0.5, 1, 2]]


def test_lights_differ_and_are_repeated():
    image = np.full((20, 30, 3), 128, np.uint8)
    means = [relit(image, np.random.default_rng(seed)).mean() for seed in range(30)]
    assert np.std(means) > 10 and 60 < np.mean(means) < 200
    lit = np.stack([relit(image, np.random.default_rng(seed)) for seed in range(30)]).astype(float)
    assert 0.4 < (lit.mean(axis=3).std(axis=(1, 2)) > 6).mean() < 0.9, "most are uneven"
    assert (lit.mean(axis=(1, 2)).std(axis=1) > 6).mean() > 0.6, "most are coloured"
    again = [relit(image, np.random.default_rng(3)) for _ in range(2)]
    assert again[0].dtype == np.uint8 and (again[0] == again[1]).all()
