import hashlib
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest
from PIL import Image

from bloodshot_lib import (
    file_facts,
    identical_files,
    load_profile,
    read_aml_lmu,
    read_cnmc2019,
    write_synthetic_twin,
)
from bloodshot_lib.common import atomic_files
from bloodshot_lib.synthetic.cells import LOOKS, draw_cell
from bloodshot_lib.synthetic.twin import SOURCE, TARGET, _copy_one_under_another_subject, _plan


def _digest(root):
    files = sorted(p for p in root.rglob("*") if p.is_file())
    return hashlib.sha256(
        b"".join(p.relative_to(root).as_posix().encode() + p.read_bytes() for p in files)
    ).hexdigest()


def test_the_twin_follows_from_its_seed_alone(twin, tmp_path):
    again = write_synthetic_twin(tmp_path / "again", 300, 300, scale=0.1, seed=1)
    other = write_synthetic_twin(tmp_path / "other", 300, 300, scale=0.1, seed=2)
    assert _digest(again) == _digest(twin) != _digest(other)


def test_formats_are_those_of_the_real_sets(twin):
    source, target = file_facts(read_aml_lmu(twin / SOURCE, drop=())), file_facts(
        read_cnmc2019(twin / TARGET)
    )
    formats = ["format", "mode", "width", "height"]
    assert source[formats].drop_duplicates().to_numpy().tolist() == [["TIFF", "RGBA", 40, 40]]
    assert target[formats].drop_duplicates().to_numpy().tolist() == [["BMP", "RGB", 45, 45]]


def test_the_source_is_imbalanced_in_the_real_order(twin):
    counts = read_aml_lmu(twin / SOURCE, drop=())["label"].value_counts()
    assert counts.index[:4].tolist() == ["NGS", "LYT", "MYO", "MON"]
    assert counts.iloc[0] > 20 * counts.iloc[-1] and counts.min() >= 3


def test_the_target_stands_on_exact_black_and_no_subject_spans_two_parts(twin):
    table = read_cnmc2019(twin / TARGET)
    corner = np.asarray(Image.open(table["path"].iloc[0]))[0, 0]
    assert corner.tolist() == [0, 0, 0]
    unique = table.drop(identical_files(table).index)
    assert (unique[unique["subject"] != ""].groupby("subject")["split"].nunique() == 1).all()


def test_one_pair_of_identical_files_lies_under_two_subjects(twin):
    copies = identical_files(read_cnmc2019(twin / TARGET))
    assert len(copies) == 2 and copies["subject"].nunique() == 2


def test_a_twin_that_is_there_is_kept_and_too_few_cells_are_an_error(twin, tmp_path):
    before = _digest(twin)
    write_synthetic_twin(twin, 400, 400, seed=9)
    assert _digest(twin) == before
    with pytest.raises(
        ValueError, match="`source_cells` must be a whole number of at least 300, but was 299"
    ):
        write_synthetic_twin(tmp_path / "x", 299, 300)


@pytest.mark.parametrize("name", LOOKS)
def test_every_cell_type_can_be_drawn_and_differs_from_cell_to_cell(name):
    rng = np.random.default_rng(0)
    first, second = (
        draw_cell(name, 40, np.ones(3), rng, cut_out=name in ("all", "hem")) for _ in range(2)
    )
    assert first.shape == (40, 40, 3) and first.dtype == np.uint8
    assert (first != second).mean() > 0.1


def test_darker_stain_makes_darker_cells():
    bright, dark = (
        draw_cell("LYT", 40, np.full(3, stain), np.random.default_rng(0))
        for stain in (1.0, 0.7)
    )
    assert dark.mean() < bright.mean()


def test_leukaemic_cells_are_larger_on_average():
    sizes = {
        name: np.mean(
            [
                (draw_cell(name, 40, np.ones(3), np.random.default_rng(i), True) > 0).mean()
                for i in range(30)
            ]
        )
        for name in ("all", "hem")
    }
    assert sizes["all"] > sizes["hem"]


def test_the_csv_names_every_prelim_image(twin):
    csv = next(twin.rglob("*labels.csv"))
    assert len(pd.read_csv(csv)) == len(list(csv.parent.glob("*.bmp")))


@pytest.fixture(scope="module")
def plan():
    """The full twin's cells, not drawn."""
    return _plan(300, 300, scale=0.16, seed=0, full=True)


def test_a_full_twin_has_the_real_sets_counts(plan):
    counts = Counter(
        Path(cell.path).relative_to(cell.path.split("/")[0]).parent.as_posix() for cell in plan
    )
    rare = {"KSC": 15, "LYA": 11, "MMZ": 15, "MOB": 26}
    folds = {
        "fold_0/all": 2397,
        "fold_0/hem": 1130,
        "fold_1/all": 2418,
        "fold_1/hem": 1163,
        "fold_2/all": 2457,
        "fold_2/hem": 1096,
    }
    assert counts == load_profile("paper").source.expect | rare | {
        **{f"C-NMC_training_data/{fold}": count for fold, count in folds.items()},
        "C-NMC_test_prelim_phase_data": 1867,
        "C-NMC_test_final_phase_data": 2586,
    }
    assert Counter(Path(cell.path).suffix for cell in plan) == {".tiff": 18_365, ".bmp": 15_114}
    assert len({cell.path for cell in plan}) == len(plan)


def test_a_full_twin_has_the_real_sets_labels_and_subjects(plan):
    labels, subjects = Counter(), {}
    for cell in plan:
        if "fold_0" in cell.path or "prelim" in cell.path:
            key = ("fold_0" if "fold_0" in cell.path else "prelim", cell.kind)
            labels[key] += 1
            subjects.setdefault(key, set()).add(cell.name.split("_")[1])
    assert labels["prelim", "all"] == 1219 and labels["prelim", "hem"] == 648
    assert [len(names) for names in subjects.values()] == [19, 9, 13, 15]


def test_a_planted_copy_can_take_another_cells_place(tmp_path):
    for fold, subject in (("fold_1", 1), ("fold_2", 2)):
        (tmp_path / fold / "all").mkdir(parents=True)
        for image in (1, 2):
            path = tmp_path / fold / "all" / f"UID_{subject}_{image}_1_all.bmp"
            path.write_text(f"{subject} {image}")
    _copy_one_under_another_subject(tmp_path, replace=True)
    contents = {path.name: path.read_text() for path in tmp_path.rglob("*.bmp")}
    assert len(contents) == 4
    assert contents["UID_2_1_1_all.bmp"] == contents["UID_1_1_1_all.bmp"] == "1 1"


def test_a_killed_drawing_ends_its_workers_and_leaves_nothing_that_stays(tmp_path):
    code = (
        f"import bloodshot_lib as bs; bs.write_synthetic_twin({str(tmp_path / 'twin')!r}, 3000,"
        " 3000)"
    )
    with subprocess.Popen([sys.executable, "-c", code]) as child:
        deadline = time.monotonic() + 60
        while not list(tmp_path.rglob("*.tiff")) and time.monotonic() < deadline:
            time.sleep(0.05)
        workers = psutil.Process(child.pid).children(recursive=True)
        child.kill()
    assert (
        workers and not psutil.wait_procs(workers, timeout=20)[1]
    ), "a worker outlived its parent"
    assert [path.name[:6] for path in tmp_path.iterdir()] == [".twin."]
    atomic_files.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []
