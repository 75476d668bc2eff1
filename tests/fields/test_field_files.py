import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bloodshot_lib import UnreadableImageError
from bloodshot_lib.fields.field_files import Field, open_field, tiles

# a field of 6 x 4 pixels whose red is the column and whose green is the row, in tens
FIELD = np.dstack([*np.meshgrid(np.arange(6) * 10, np.arange(4) * 10), np.zeros((4, 6))])
FIELD = FIELD.astype(np.uint8)


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.webp"])
def test_an_image_is_a_field(tmp_path, name):
    Image.fromarray(FIELD).save(tmp_path / name, **{"lossless": True} if "webp" in name else {})
    for path in (tmp_path / name, str(tmp_path / name)):
        with open_field(path) as field:
            assert (field.width, field.height) == (6, 4)
            np.testing.assert_array_equal(field.region(0, 0, 6, 4), FIELD)
            part = field.region(2, 1, 3, 2)
    np.testing.assert_array_equal(part, FIELD[1:3, 2:5])
    assert part.dtype == np.uint8 and part.flags.writeable


def test_a_region_is_resized_without_aliases():
    stripes = np.zeros((4, 8, 3), np.uint8)
    stripes[:, ::2] = 200
    shown = Field("a", [stripes]).region(0, 0, 8, 4, 0.25)
    assert shown.shape == (1, 2, 3) and np.abs(shown.astype(int) - 100).max() <= 15
    assert Field("a", [stripes]).region(0, 0, 8, 4, 0.01).shape == (1, 1, 3)
    assert Field("a", [stripes]).region(0, 0, 3, 3, 0.45).shape == (1, 1, 3), "1.35, rounded"
    assert Field("a", [stripes]).region(0, 0, 4, 2, 2).shape == (4, 8, 3)


def test_a_region_may_start_between_pixels():
    halves = Field("a", [FIELD]).region(1.5, 0, 2, 1)
    assert halves[0, :, 0].tolist() == [15, 25]


def test_a_region_beyond_its_field_is_refused():
    field = Field("a", [FIELD])
    for region in [(-1, 0, 2, 2), (5, 0, 2, 2), (0, 3, 2, 2), (0, 0, 0, 2), (0, 0, np.nan, 2)]:
        with pytest.raises(ValueError, match="must lie within its field, 6 x 4 pixels, but was"):
            field.region(*region)


class _Unread:
    """A resolution that nothing should be read from."""

    def __init__(self, height, width):
        self.shape = height, width, 3

    def __getitem__(self, window):
        raise RuntimeError("bad tile")


def test_the_smallest_resolution_that_is_large_enough_is_read():
    grey = {n: np.full((400 // n, 401 // n, 3), n, np.uint8) for n in (1, 2, 4)}
    field = Field("a", list(grey.values()))
    scales = {2: 1, 1: 1, 0.51: 1, 0.5: 2, 0.3: 2, 0.25: 4, 0.1: 4}
    for scale, level in scales.items():
        assert field.region(0, 0, 401, 400, scale)[0, 0, 0] == level, scale


def test_a_region_lies_at_the_same_place_in_each_resolution():
    field = Field("a", [_Unread(8, 12), FIELD])
    np.testing.assert_array_equal(field.region(4, 2, 6, 4, 0.5), FIELD[1:3, 2:5])


def test_a_damaged_part_is_an_error_that_says_where(tmp_path):
    field = Field("s.svs", [_Unread(8, 12)])
    words = r"s\.svs: its part at x 4, y 2 \(6 x 3 pixels\) cannot be read \(bad tile\): copy"
    with pytest.raises(UnreadableImageError, match=words):
        field.region(4, 2, 6, 3)


def test_a_file_that_is_no_field_is_refused(tmp_path):
    Image.fromarray(FIELD).convert("L").save(tmp_path / "grey.png")
    (tmp_path / "none.svs").write_bytes(b"not a slide")
    for name, words in {"grey.png": "but is grey", "none.svs": "not a whole image file"}.items():
        with pytest.raises(UnreadableImageError, match=words), open_field(tmp_path / name):
            pass
    with pytest.raises(FileNotFoundError), open_field(tmp_path / "gone.tif"):
        pass


def test_windows_cover_a_field_and_overlap():
    assert tiles(6, 4, side=8, margin=3) == [(0, 0, 6, 4)]
    assert tiles(8, 8, side=8, margin=3) == [(0, 0, 8, 8)]
    assert tiles(9, 4, side=8, margin=3) == [(0, 0, 8, 4), (1, 0, 8, 4)]
    assert tiles(10, 10, side=6, margin=2) == [
        (0, 0, 6, 6), (4, 0, 6, 6), (0, 4, 6, 6), (4, 4, 6, 6),
    ]  # fmt: skip
    assert [x for x, *_ in tiles(11, 4, side=6, margin=2)] == [0, 2, 5]
    for margin in (6, -1):
        with pytest.raises(ValueError, match="`margin` must be a whole number from 0 to 5"):
            tiles(10, 10, side=6, margin=margin)


@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 90), st.data())
def test_what_is_no_wider_than_the_margin_lies_whole_in_some_window(width, height, side, data):
    margin = data.draw(st.integers(0, side - 1))
    windows = tiles(width, height, side, margin)
    assert len(set(windows)) == len(windows)
    for x, y, w, h in windows:
        assert 0 <= x <= x + w <= width and 0 <= y <= y + h <= height and max(w, h) <= side
    cell = max(1, margin)
    left = data.draw(st.integers(0, max(0, width - cell)))
    top = data.draw(st.integers(0, max(0, height - cell)))
    right, bottom = min(width, left + cell), min(height, top + cell)
    assert any(
        x <= left and right <= x + w and y <= top and bottom <= y + h for x, y, w, h in windows
    )
