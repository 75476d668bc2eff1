import numpy as np
import pandas as pd
import pytest

from bloodshot_lib import Cells, draw_cells, load_cells
from bloodshot_lib.study import profile_data, profile_parts

ROLES = ("train", "val", "test", "pool", "query")


def test_roles_are_disjoint_and_complete(profile):
    cells = {role: load_cells(profile, role) for role in ROLES}
    paths = [path for part in cells.values() for path in part.table["path"]]
    assert len(paths) == len(set(paths))
    assert set(cells["pool"].table["split"]) == {"fold_0"}
    assert set(cells["query"].table["split"]) == {"prelim"}
    for part in cells.values():
        assert len(part.images) == len(part.labels) == len(part.table)
        assert part.rows.tolist() == list(range(len(part.table)))


def test_a_profile_reads_and_decodes_each_set_once(profile, monkeypatch):
    read, decoded = [], []
    for name, reader in profile_parts.READERS.items():
        monkeypatch.setitem(
            profile_parts.READERS, name, lambda *a, r=reader, **o: read.append(a) or r(*a, **o)
        )
    load = profile_data.load_images
    monkeypatch.setattr(
        profile_data, "load_images", lambda *a: decoded.append(len(a[0])) or load(*a)
    )
    for role in 2 * ROLES:
        load_cells(profile, role)
    assert len(read) == 2 and len(decoded) == 2
    train, val, test = (load_cells(profile, role).images for role in ROLES[:3])
    assert not train.flags.owndata and decoded[0] == len(train) + len(val) + len(test)
    assert load_cells(profile, "train").images is train
    load_cells(profile, "train", image_size=16)
    assert len(decoded) == 3 and load_cells(profile, "val", image_size=16).images.shape[1] == 16


def test_a_table_that_is_changed_is_the_callers_own(profile):
    table = profile.read_target()
    table["label"] = "changed"
    assert "changed" not in set(profile.read_target()["label"])


def test_an_unknown_or_empty_role_is_an_error(profile):
    with pytest.raises(ValueError, match=r"train, val or test .* but was 'support'"):
        load_cells(profile, "support")
    object.__setattr__(profile.target, "pool", "fold_7")
    with pytest.raises(ValueError, match="'small' has no cells in the split 'fold_7'"):
        load_cells(profile, "pool")


def test_cells_are_drawn_without_replacement(profile):
    pool = load_cells(profile, "pool")
    few, everything = draw_cells(pool, 7, rng=0), draw_cells(pool, 10**6, rng=0)
    assert len(few.images) == 7 == few.table["path"].nunique()
    assert sorted(everything.table["path"]) == sorted(pool.table["path"])
    assert (few.images == pool.images[few.rows]).all()
    assert few.labels.tolist() == pool.labels.iloc[few.rows].tolist()
    fewer = draw_cells(few, 3, rng=1)
    assert (fewer.images == pool.images[fewer.rows]).all()


def test_the_papers_picture_draws_its_cells():
    n = 3527
    table = pd.DataFrame({"label": range(n)})
    cells = Cells(table, np.zeros((n, 1)), table["label"], np.arange(n))
    drawn = draw_cells(cells, 400, rng=42).labels.tolist()
    assert drawn[:10] == [2680, 1517, 2288, 1374, 1025, 2780, 1555, 2268, 2699, 1426]
    assert len(set(drawn)) == 400
