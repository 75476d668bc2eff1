import numpy as np
import pandas as pd
import pytest

from bloodshot_lib.fields.field_files import open_field
from bloodshot_lib.fields.finding import boxes_of, find_in, find_within, windows
from tests.fields.red_discs import RedDiscs, drawn


def sure(cells):
    """Where sure cells are, from left to right, and how wide."""
    cells = cells[cells["score"] > 0.5].sort_values("x")
    return cells[["x", "y", "width"]].to_numpy()


def test_a_window_is_looked_at_with_cells_64_pixels_wide():
    finder = RedDiscs()
    with open_field(drawn((260, 300), width=128, size=(600, 500))) as field:
        cells = find_in(field, (100, 200, 400, 300), 128, finder)
    assert finder.looks == [(150, 200)]
    np.testing.assert_allclose(sure(cells), [[260, 300, 128]], atol=3)
    assert cells["score"][0] == pytest.approx(0.9, abs=0.05)


def test_windows_share_two_cells_and_have_at_most_sixteen():
    assert windows((5, 7, 800, 600), 64) == [(5, 7, 800, 600)]
    # 1,500 px need two windows of 1,024, which share 548; two would share 48 of 2,000
    assert windows((0, 0, 1500, 90), 64) == [(0, 0, 1024, 90), (476, 0, 1024, 90)]
    assert [x for x, *_ in windows((0, 0, 2000, 90), 64)] == [0, 488, 976]
    assert windows((10, 0, 3000, 90), 128) == [(10, 0, 2048, 90), (962, 0, 2048, 90)]


def test_each_cell_is_found_once_wherever_windows_meet():
    middles = [(x, 50 + 40 * (x % 3)) for x in range(40, 2000, 80)]
    finder = RedDiscs()
    with open_field(drawn(*middles, size=(2000, 200))) as field:
        cells = find_within(field, (0, 0, 2000, 200), 64, finder)
    assert len(finder.looks) == 3
    np.testing.assert_allclose(sure(cells)[:, :2], middles, atol=1)


def test_a_part_of_a_field_is_looked_at_alone():
    with open_field(drawn((60, 60), (400, 60), size=(500, 120))) as field:
        cells = find_within(field, (300, 0, 200, 120), 64, RedDiscs())
    np.testing.assert_allclose(sure(cells), [[400, 60, 64]], atol=1)


CELLS = pd.DataFrame({
    "x": [50.0, 10, 95], "y": [40.0, 20, 79], "width": [20.0, 30, 12], "score": [0.2, 0.1, 0.8],
    "field": ["a", "b", "c"],
})  # fmt: skip


def test_boxes_are_squares_around_the_cells_from_the_limit_on():
    boxes = boxes_of(CELLS, 0.2, (100, 80))
    assert boxes["field"].tolist() == ["a", "c"]
    assert boxes[["x", "y", "width", "height"]].iloc[0].tolist() == [40, 30, 20, 20]
    np.testing.assert_allclose(boxes["score"], [0.5, 16 / 17])  # .8 is 4:1, .2 is 1:4, so 16:1


def test_boxes_end_at_the_edge_of_their_own_field():
    sizes = np.array([(100, 80), (100, 80), (100, 80)])
    boxes = boxes_of(CELLS, 0.1, sizes)[["x", "y", "width", "height"]].to_numpy().tolist()
    assert boxes == [[40, 30, 20, 20], [0, 5, 25, 30], [89, 73, 11, 7]]
    sizes[0], sizes[2] = (55, 80), (200, 200)
    boxes = boxes_of(CELLS, 0.2, sizes)[["x", "y", "width", "height"]].to_numpy().tolist()
    assert boxes == [[40, 30, 15, 20], [89, 73, 12, 12]]
    assert boxes_of(CELLS[:0], 0.2, sizes[:0]).empty
