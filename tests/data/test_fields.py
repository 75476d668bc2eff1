import numpy as np
import pandas as pd
import pytest

from bloodshot_lib.data.fields import _absorbance, _nuclear, crop_cells, red_cell_diameter

BACKGROUND, RED, PURPLE, PLASMA = (232, 228, 236), (205, 160, 165), (110, 70, 170), (205, 190, 222)
RED_CELLS = [(25, 30), (25, 230), (90, 150), (155, 30), (170, 120), (215, 90), (220, 270)]
DIAMETER = 40


def disc(field, y, x, radius, colour):
    rows, columns = np.mgrid[: field.shape[0], : field.shape[1]]
    field[(rows - y) ** 2 + (columns - x) ** 2 <= radius**2] = colour


def drawn(*nuclei, platelets=()):
    """A field of 240 x 300 px: red cells 40 px wide, white cells 70 px wide with nuclei of 44."""
    field = np.full((240, 300, 3), BACKGROUND, np.uint8)
    for y, x in RED_CELLS:
        disc(field, y, x, DIAMETER / 2, RED)
    for y, x in nuclei:
        disc(field, y, x, 35, PLASMA)
        disc(field, y, x, 22, PURPLE)
    for y, x in platelets:
        disc(field, y, x, 7, PURPLE)
    return field


def middles(boxes):
    return [
        (box.y + (box.height - 1) / 2, box.x + (box.width - 1) / 2) for box in boxes.itertuples()
    ]


def test_each_white_cell_is_found_once_in_the_middle_of_a_crop():
    field = drawn((80, 70), (140, 220), platelets=[(200, 180), (30, 120)])
    before = field.copy()
    crops, boxes = crop_cells(field, DIAMETER, 96)
    assert crops.shape == (2, 96, 96, 3) and crops.dtype == np.uint8 and (field == before).all()
    assert list(boxes) == ["x", "y", "width", "height"]
    np.testing.assert_allclose(middles(boxes), [(80, 70), (140, 220)], atol=2)
    np.testing.assert_allclose(boxes[["width", "height"]], 45, atol=4)
    for crop, (y, x) in zip(crops, middles(boxes), strict=True):
        assert (crop[48, 48] == PURPLE).all()
        top, left = round(y - 47.5), round(x - 47.5)
        assert any(
            (crop == field[top + i : top + i + 96, left + j : left + j + 96]).all()
            for i in (-1, 0, 1)
            for j in (-1, 0, 1)
        ), "these are the field's own pixels"
    again, same = crop_cells(field, DIAMETER, 96)
    assert (again == crops).all() and same.equals(boxes)


def test_the_diameter_is_measured_in_the_field():
    for field in (drawn((80, 70)), drawn()):
        absorbance = _absorbance(field, np.percentile(field, 90, axis=(0, 1)))
        measured = red_cell_diameter(absorbance[..., 1], _nuclear(absorbance))
        assert measured == pytest.approx(DIAMETER, rel=0.15)
    crops, boxes = crop_cells(drawn((80, 70), platelets=[(200, 180)]))
    assert len(boxes) == 1 and crops.shape[1] == pytest.approx(3.75 * DIAMETER, rel=0.15)


def test_lobes_are_one_nucleus_and_cells_apart_are_two():
    field = drawn()
    for x in (60, 86):
        disc(field, 90, x, 11, PURPLE)
    assert len(crop_cells(field, DIAMETER)[1]) == 1
    assert middles(crop_cells(field, DIAMETER)[1])[0] == pytest.approx((90, 73), abs=2)
    assert len(crop_cells(drawn((80, 70), (80, 140)), DIAMETER)[1]) == 2


def test_beyond_the_edge_is_background():
    crops, boxes = crop_cells(drawn((238, 180)), DIAMETER, 96)
    assert len(boxes) == 1 and boxes["y"][0] + boxes["height"][0] == 240, "it touches the edge"
    cut = 240 - (boxes["y"][0] + (boxes["height"][0] - 96) // 2)
    assert 48 < cut < 70 and (crops[0, cut:] == BACKGROUND).all()
    assert (crops[0, cut - 1] != BACKGROUND).any()


def test_a_field_smaller_than_a_crop_lies_in_its_middle():
    field = drawn((80, 70))[40:120, 30:110]
    crops, boxes = crop_cells(field, DIAMETER, 200)
    assert len(boxes) == 1
    top = (200 - boxes["height"][0]) // 2 + 1 - boxes["y"][0]
    left = (200 - boxes["width"][0]) // 2 + 1 - boxes["x"][0]
    places = [(top - i, left - j) for i in (0, 1) for j in (0, 1)]
    assert any((crops[0, y : y + 80, x : x + 80] == field).all() for y, x in places)
    assert (crops[0, [0, -1]] == crops[0, 0, 0]).all(), "nothing but background"


@pytest.mark.parametrize(
    "field",
    [
        drawn(platelets=[(200, 180), (30, 120)]),
        np.full((60, 80, 3), 200, np.uint8),
        np.zeros((60, 80, 3), np.uint8),
        np.full((1, 1, 3), 9, np.uint8),
    ],
)
@pytest.mark.parametrize("diameter", [None, 40])
def test_without_white_cells_there_are_no_crops(field, diameter):
    crops, boxes = crop_cells(field, diameter, 32)
    assert crops.shape == (0, 32, 32, 3) and crops.dtype == np.uint8
    assert isinstance(boxes, pd.DataFrame) and list(boxes) == ["x", "y", "width", "height"]
    assert len(boxes) == 0 and (boxes.dtypes == "int64").all()


def test_a_dimmer_and_warmer_lamp_changes_no_box():
    field = drawn((80, 70), (140, 220))
    warm = (field * np.array([0.9, 0.8, 0.6])).astype(np.uint8)
    boxes, other = (crop_cells(each, DIAMETER)[1] for each in (field, warm))
    assert len(boxes) == 2
    np.testing.assert_allclose(boxes, other, atol=1)


GOOD = drawn((80, 70))


@pytest.mark.parametrize(
    "spoilt, words",
    [
        ({"field": GOOD[..., 0]}, r"`field` is one image, uint8 .*got uint8 \(240, 300\)"),
        ({"field": GOOD[None]}, r"got uint8 \(1, 240, 300, 3\)"),
        ({"field": np.dstack([GOOD, GOOD[..., :1]])}, r"got uint8 \(240, 300, 4\)"),
        ({"field": GOOD / 255}, "got float64"),
        ({"field": GOOD[:0]}, r"got uint8 \(0, 300, 3\)"),
        ({"field": "field.png"}, "got str"),
    ],
)
def test_bad_input_is_refused(spoilt, words):
    with pytest.raises(ValueError, match=words):
        crop_cells(**{"field": GOOD} | spoilt)
