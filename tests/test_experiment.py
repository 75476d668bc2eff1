import json
import sys

import numpy as np
import pandas as pd
import pytest

from bloodshot_lib import experiment
from bloodshot_lib.experiment import draw_cells, load_cells, main, read_result, run_arms
from bloodshot_lib.profiles import load_profile

TEXT = """
title = "small"
seeds = [1, 2]
[synthetic]
source_cells = 300
target_cells = 300
scale = 0.1
[source]
reader = "aml_lmu"
root = "AML-Cytomorphology_LMU"
split = { train = 0.7, val = 0.1, test = 0.2 }
[target]
reader = "cnmc2019"
root = "C-NMC_2019"
pool = "fold_0"
query = "prelim"
[train]
backbone = "test_efficientnet"
image_size = 32
epochs = 1
[arms]
softmax = { loss = "softmax" }
aam = { loss = "aam" }
[episodes]
k = 3
n_episodes = 4
ks = [1, 3]
"""


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory):
    return tmp_path_factory.mktemp("artifacts")


@pytest.fixture
def profile(artifacts, tmp_path, monkeypatch):
    monkeypatch.setenv("BLOODSHOT_ARTIFACTS", str(artifacts))
    (tmp_path / "small.toml").write_text(TEXT)
    return load_profile(tmp_path / "small.toml")


def test_roles_are_disjoint_and_complete(profile):
    cells = {
        role: load_cells(profile, role) for role in ("train", "val", "test", "pool", "query")
    }
    paths = [path for part in cells.values() for path in part.table["path"]]
    assert len(paths) == len(set(paths))
    assert set(cells["pool"].table["split"]) == {"fold_0"} and set(
        cells["query"].table["split"]
    ) == {"prelim"}
    assert all(
        len(part.images) == len(part.labels) == len(part.table) for part in cells.values()
    )


def test_an_unknown_or_empty_role_is_an_error(profile):
    with pytest.raises(ValueError, match=r"train, val or test .* got 'support'"):
        load_cells(profile, "support")
    object.__setattr__(profile.target, "pool", "fold_7")
    with pytest.raises(ValueError, match="'small' has no cells in the split 'fold_7'"):
        load_cells(profile, "pool")


def test_cells_are_drawn_without_replacement(profile):
    pool = load_cells(profile, "pool")
    few, everything = draw_cells(pool, 7, rng=0), draw_cells(pool, 10**6, rng=0)
    assert len(few.images) == 7 == few.table["path"].nunique()
    assert sorted(everything.table["path"]) == sorted(pool.table["path"])
    row = pool.table.index[pool.table["path"] == few.table["path"][0]][0]
    assert (few.images[0] == pool.images[row]).all() and few.labels[0] == pool.labels[row]


def test_arms_and_seeds_meet_the_same_supports(profile, monkeypatch):
    seen = []
    evaluate = experiment.k_sweep
    monkeypatch.setattr(experiment, "k_sweep", lambda *a: seen.append(a[4:]) or evaluate(*a))
    episodes, replicates = run_arms(profile)
    assert len(replicates) == 2 * 2 * 500
    assert len(episodes) == 2 * 2 * 4 and set(episodes["k"]) == {3}
    assert len(seen) == 4 and all(call == seen[0] for call in seen)
    assert episodes.groupby(["arm", "seed"], sort=False).ngroups == 4
    assert (
        episodes.groupby("episode")["accuracy"].nunique().max() > 1
    ), "the arms are not one network"


def test_two_runs_of_a_profile_agree(profile):
    for first, second in zip(run_arms(profile), run_arms(profile), strict=True):
        pd.testing.assert_frame_equal(first, second)


def test_options_of_the_episodes_change_what_they_say(profile, monkeypatch):
    swept, evaluate = [], experiment.k_sweep
    monkeypatch.setattr(experiment, "k_sweep", lambda *a: swept.append(a) or evaluate(*a))
    run_arms(profile)
    object.__setattr__(profile.episodes, "normalise", True)
    object.__setattr__(profile.episodes, "method", "ridge")
    run_arms(profile)
    plain, changed = swept[0], swept[4]
    assert abs(np.linalg.norm(plain[0], axis=1) - 1).min() > 0.01
    np.testing.assert_allclose(np.linalg.norm(changed[0], axis=1), 1, atol=1e-5)
    assert (plain[-1], changed[-1]) == ("cosine", "ridge")
    seen = []
    draw = experiment.partial
    monkeypatch.setattr(
        experiment, "partial", lambda *a, **options: seen.append(options) or draw(*a, **options)
    )
    object.__setattr__(profile.episodes, "max_per_subject", 1)
    run_arms(profile)
    assert seen[0]["max_per_group"] == 1 and len(seen[0]["groups"]) == len(
        load_cells(profile, "pool").labels
    )


def test_the_command_writes_episodes_histories_and_provenance(
    profile, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(experiment, "home", lambda: tmp_path)
    monkeypatch.setattr(sys, "argv", ["experiment", str(tmp_path / "small.toml")])
    main()
    assert "written to" in capsys.readouterr().out
    assert len(read_result("small/episodes.csv")) == 2 * 2 * 2 * 4
    assert read_result("small/histories.csv")[["arm", "seed"]].drop_duplicates().shape == (4, 2)
    record = json.loads((tmp_path / "results/small/provenance.json").read_text())
    assert (
        record["seeds"] == [1, 2]
        and record["query"].keys() == {"all", "hem"}
        and record["versions"]["torch"]
    )
    assert len(record["data_fingerprint"]) == 16 and str(tmp_path) not in json.dumps(record)
    with pytest.raises(
        FileNotFoundError, match=r"no result 'none.csv'. Known: .*report/table1.csv"
    ):
        read_result("none.csv")


def test_the_papers_picture_draws_its_cells():
    cells = experiment.Cells(
        pd.DataFrame({"i": range(3527)}), np.zeros((3527, 1)), pd.Series(range(3527))
    )
    drawn = draw_cells(cells, 400, rng=42).labels.tolist()
    assert (
        drawn[:10] == [2680, 1517, 2288, 1374, 1025, 2780, 1555, 2268, 2699, 1426]
        and len(set(drawn)) == 400
    )
