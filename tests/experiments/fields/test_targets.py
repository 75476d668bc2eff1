"""What a head is to answer, worked out on maps of few positions, 16 px apart, from 8 px on."""

import math

import numpy as np
import pytest

from experiments.fields.targets import targets


def test_a_cell_is_hot_at_its_nearest_position():
    made = targets(np.array([[42.0, 24, 64, 64]]), (64, 96), (4, 6))
    assert made.heat[1, 2] == 1 and (made.heat == 1).sum() == 1
    # the next position is at x 56, 14 px or .21875 widths off
    assert made.heat[1, 3] == pytest.approx(math.exp(-(0.21875**2) / (2 * 0.16**2)))
    assert (made.weight == 1).all()
    # nearer than .3 widths, 19.2 px: the three at x 24 (18 px), 40 (2) and 56 (14), and those a
    # row up and down at 40 (hypot(2, 16) = 16.1)
    near = [(0, 2), (1, 1), (1, 2), (1, 3), (2, 2)]
    assert list(zip(*np.nonzero(made.known[0]), strict=True)) == near
    assert (made.known == made.known[0]).all()
    assert made.values[:, 1, 2].tolist() == [0, 2 / 64, 0]
    assert made.values[:, 0, 2].tolist() == [0, 2 / 64, 16 / 64]


def test_a_long_cell_is_hot_along_its_length():
    wide = targets(np.array([[40.0, 24, 80, 51.2]]), (64, 96), (4, 6))
    assert wide.heat[1, 3] == pytest.approx(math.exp(-(0.2**2) / (2 * 0.16**2)))
    assert wide.heat[2, 2] == pytest.approx(math.exp(-(0.3125**2) / (2 * 0.16**2)))
    assert wide.values[0, 1, 2] == 0, "80 x 51.2 is as large as 64 x 64"


@pytest.mark.parametrize(
    "width, hot, spared", [(64, 1, 0), (96, 1, 0), (98, 0, 1), (136, 0, 1), (140, 0, 0)]
)
def test_off_the_scale_a_cell_is_first_spared_and_then_background(width, hot, spared):
    """2 ** .6 is 1.52, or 97 px; 2 ** 1.1 is 2.14, or 137 px."""
    made = targets(np.array([[104.0, 104, width, width]]), (208, 208), (13, 13))
    assert (made.heat == 1).sum() == hot == made.known.any()
    assert (made.weight[6, 6] == 0) == bool(spared)
    if hot:
        assert made.values[0, 6, 6] == pytest.approx(math.log2(width / 64))


@pytest.mark.parametrize("x, hot, spared", [(7, 1, 0), (6, 0, 1), (-19, 0, 1), (-20, 0, 0)])
def test_of_a_cut_cell_six_tenths_are_enough(x, hot, spared):
    """Of 64 px, 38.4 are six tenths, and 12.8 two; half of it is right of its centre."""
    made = targets(np.array([[float(x), 40, 64, 64]]), (96, 96), (6, 6))
    assert (made.heat == 1).sum() == hot
    assert (made.weight[2, 0] == 0) == bool(spared)


def test_beyond_the_image_nothing_is_learnt_and_without_cells_all_is_background():
    made = targets(np.zeros((0, 4)), (40, 50), (4, 4))
    assert not made.heat.any() and not made.known.any()
    # positions at 8, 24, 40, 56 px; up to 8 px beyond the edge they count
    assert made.weight.tolist() == [[1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0]]


def test_of_a_single_cell_only_the_place_is_known():
    made = targets(np.array([[40.0, 24, 64, 64]]), (64, 96), (4, 6), sized=False)
    assert not made.known[0].any() and made.known[1:, 1, 2].all()
