import numpy as np
import pandas as pd
import pytest

from bloodshot_lib.fields.folder_scale import cell_width, look_at_scales, other_scales, sampled
from tests.fields.red_discs import LIGHT, RedDiscs, drawn

SCALES = [724, 512, 362, 256, 181, 128, 90.5, 64, 45.25]


def fields_of(*widths, size=(500, 400)):
    return {f"{n}.png": drawn((250, 200), width=w, size=size) for n, w in enumerate(widths)}


@pytest.mark.parametrize("width", [50, 100, 200])
def test_the_width_of_a_folders_cells_is_found(width):
    looks = look_at_scales(fields_of(width, width, width), RedDiscs())
    assert cell_width(looks) == pytest.approx(width, rel=0.03)


def test_it_is_that_of_the_median_cell():
    looks = look_at_scales(fields_of(88, 90, 104), RedDiscs())
    assert cell_width(looks) == pytest.approx(90, abs=2)


def test_each_field_is_looked_at_on_each_scale_until_narrower_ones_find_less():
    looks = look_at_scales(fields_of(200, 200), RedDiscs())
    assert list(looks) == ["field", "scale", "width", "score"]
    # surest on 181; on 128 and on 90.5 a disc of 200 px is no cell of that scale
    np.testing.assert_allclose(looks["scale"].unique(), SCALES[:7], rtol=0.002)
    assert looks.groupby("scale").size().eq(2).all()
    assert looks[looks["scale"] < 150]["score"].eq(0).all()
    narrow = look_at_scales(fields_of(50), RedDiscs())
    np.testing.assert_allclose(narrow["scale"], SCALES, rtol=0.002)


def test_fields_without_cells_have_a_width_all_the_same():
    looks = look_at_scales({"a.png": drawn()}, RedDiscs())
    assert looks["score"].eq(0).all() and cell_width(looks) in looks["scale"].tolist()


def test_fields_without_cells_do_not_count():
    fields = fields_of(100) | {f"empty{n}.png": drawn() for n in range(5)}
    assert cell_width(look_at_scales(fields, RedDiscs())) == pytest.approx(100, abs=3)


def test_fields_of_another_magnification_are_named():
    looks = look_at_scales(fields_of(100, 100, 250, 100, 150), RedDiscs())
    others = other_scales(looks, cell_width(looks))
    assert others == {"2.png": pytest.approx(250, abs=6)}, "150 is less than an octave wider"


def test_unsure_cells_are_of_no_other_magnification():
    looks = pd.DataFrame({
        "field": ["a", "a", "b"], "scale": [100, 300, 300], "width": [100.0, 300, 300],
        "score": [0.8, 0.7, 0.59],
    })  # fmt: skip
    assert other_scales(looks, 100) == {}


def test_of_a_large_field_only_the_fullest_parts_are_looked_at():
    field = np.full((200, 12000, 3), LIGHT, np.uint8)
    field[:, 8900:9100] = drawn((100, 100), width=60, size=(200, 200))
    finder = RedDiscs()
    looks = look_at_scales({"slide": field}, finder)
    assert cell_width(looks) == pytest.approx(60, abs=2)
    assert max(max(look) for look in finder.looks) <= 1024
    widest = finder.looks[:4]
    assert [round(width * 724 / 64, -2) for _, width in widest] == [2000] * 4
    assert finder.looks[4][1] > 200, "four parts, then the next scale"


@pytest.mark.parametrize(("n", "kept"), [(1, 1), (10, 10), (11, 6), (25, 9), (1000, 10)])
def test_a_few_fields_evenly_spread_stand_for_a_folder(n, kept):
    some = sampled([*range(n)])
    assert len(some) == kept and len({*np.diff(some)}) <= 1 and some[0] == 0
