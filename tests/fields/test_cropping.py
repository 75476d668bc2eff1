import numpy as np
import pytest

from bloodshot_lib import crop_cells
from bloodshot_lib.fields import cropping
from tests.fields.red_discs import RED, RedDiscs, drawn


@pytest.fixture(autouse=True)
def finder(monkeypatch):
    """A finder of discs, in the place of the released one."""
    finder = RedDiscs()
    monkeypatch.setattr(cropping, "released_finder", lambda: finder)
    return finder


def test_each_cell_is_in_the_middle_of_a_crop():
    field = drawn((70, 80), (220, 140), (300, 40))
    before = field.copy()
    crops, boxes = crop_cells(field)
    assert crops.dtype == np.uint8 and crops.shape == (3, 116, 116, 3) and (field == before).all()
    assert list(boxes) == ["x", "y", "width", "height", "score"]
    assert boxes["score"].is_monotonic_decreasing and boxes["score"].between(0.5, 1).all()
    # of the last, 52 px wide, a finder says 64 px around x 294: to the edge 58
    sides = boxes[["x", "y", "width", "height"]]
    expected = [[38, 48, 64, 64], [188, 108, 64, 64], [262, 8, 58, 64]]
    np.testing.assert_allclose(sides.sort_values("x"), expected, atol=1)
    assert (crops[:, 58, 58] == RED).all()


def test_a_width_that_is_given_is_not_looked_for(finder):
    crops, _ = crop_cells(drawn((70, 80), (220, 140)), width=64, side=50)
    assert crops.shape == (2, 50, 50, 3) and finder.looks == [(240, 320)]


@pytest.mark.parametrize("width", [None, 64])
def test_a_field_without_white_cells_gives_no_crops(width):
    crops, boxes = crop_cells(drawn(), width, side=32)
    assert crops.shape == (0, 32, 32, 3) and crops.dtype == np.uint8 and len(boxes) == 0


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"field": drawn() / 255}, "`field` must be one image, uint8 RGB of shape"),
        ({"field": drawn()[..., 0]}, "`field` must be one image, uint8 RGB of shape"),
        ({"field": drawn()[:0]}, "`field` must be one image, uint8 RGB of shape"),
        ({"width": 15}, "`width` must be at least 16, but was 15"),
        ({"side": 0}, "`side` must be a whole number of at least 1"),
    ],
)
def test_what_cannot_be_cropped_is_refused(bad, said, finder):
    with pytest.raises(ValueError, match=said):
        crop_cells(**{"field": drawn()} | bad)
    assert finder.looks == []
