import numpy as np
import pytest

from bloodshot_lib.fields.cutting import cut, side_for
from bloodshot_lib.fields.field_files import open_field

# no two pixels alike, and the brightest tenth one colour
PIXELS = np.arange(30 * 40 * 3, dtype=np.uint32).reshape(30, 40, 3).astype(np.uint8) // 2


def crop(box, side, pixels=PIXELS):
    with open_field(pixels) as field:
        return cut(field, dict(zip(("x", "y", "width", "height"), box, strict=True)), side)


def test_a_cell_fills_as_much_of_its_crop_as_where_the_embedder_learnt():
    assert side_for(55) == 100 and side_for(64) == 116 and side_for(0.1) == 1


@pytest.mark.parametrize(
    ("box", "side", "left", "top"),
    [((10, 8, 6, 4), 8, 9, 6), ((10.6, 8, 6, 4), 8, 10, 6), ((10, 8, 20, 20), 6, 17, 15)],
)
def test_a_crop_is_the_fields_own_pixels_around_the_middle_of_the_box(box, side, left, top):
    assert (crop(box, side) == PIXELS[top : top + side, left : left + side]).all()


@pytest.mark.parametrize(
    ("box", "inside", "seen"),
    [
        ((0, 0, 4, 4), np.s_[3:, 3:], np.s_[:7, :7]),
        ((36, 26, 4, 4), np.s_[:7, :7], np.s_[23:, 33:]),
        ((36, 10, 4, 4), np.s_[:, :7], np.s_[7:17, 33:]),
    ],
)
def test_beyond_the_edge_there_is_light(box, inside, seen):
    pixels = np.full((30, 40, 3), (230, 220, 240), np.uint8)
    pixels[:2, :2] = pixels[-2:, -2:] = 9
    filled = crop(box, 10, pixels)
    assert (filled[inside] == pixels[seen]).all()
    beyond = np.ones((10, 10), bool)
    beyond[inside] = False
    assert (filled[beyond] == (230, 220, 240)).all()


def test_a_crop_may_be_larger_than_its_field():
    filled = crop((10, 10, 20, 10), 60)
    assert filled.shape == (60, 60, 3) and (filled[15:45, 10:50] == PIXELS).all()
