import numpy as np
import pytest
from sklearn.preprocessing import normalize

from bloodshot_lib import draw_supports, evaluate_few_shot, load_embeddings
from bloodshot_lib.packaged import embeddings
from experiments.embeddings import DIMENSIONS, keep, project

LABORATORY = ("released", "imagenet", "report")
SETS = {
    "pbc": (("recommended", "report"), {"erythroblast": 300, "ig": 300, "monocyte": 300}),
    "bccd": (
        LABORATORY,
        {"neutrophil": 210, "eosinophil": 86, "lymphocyte": 35, "monocyte": 20},
    ),
    "bangkok": (
        LABORATORY[:2],
        {"neutrophil": 112, "lymphocyte": 110, "basophil": 100, "eosinophil": 100, "monocyte": 88},
    ),
    "bcisc": (LABORATORY[:2], None),
    "aml_lmu": (LABORATORY, None),
    "cnmc2019": (LABORATORY, {"all": 36, "hem": 36}),
}


@pytest.mark.parametrize("name", SETS)
def test_a_set_is_vectors_and_a_table(name):
    arms, counts = SETS[name]
    made = [load_embeddings(name, arm) for arm in arms]
    first, table = load_embeddings(name)
    assert np.array_equal(first, made[0][0])
    assert not np.array_equal(made[0][0], made[1][0])
    for Z, same in made:
        assert Z.dtype == np.float32 and len(Z) == len(table) and Z.shape[1] <= DIMENSIONS
        assert np.isfinite(Z).all() and same.equals(table)
    assert list(table) == ["path", "label", "subject", "split"]
    assert counts is None or table["label"].value_counts().to_dict() == counts


def test_what_is_packaged_is_small():
    files = list(embeddings._FOLDER.glob("*.npz"))
    assert {file.stem for file in files} == set(SETS)
    assert sum(file.stat().st_size for file in files) < 8e6


def test_subjects_and_splits_came_along():
    _, delhi = load_embeddings("cnmc2019")
    assert delhi["subject"].nunique() == 29
    _, healthy = load_embeddings("pbc")
    assert healthy["split"].value_counts().to_dict() == {"pool": 450, "query": 450}


def test_the_recommended_recipe_beats_the_reports_on_healthy_cells():
    """With a margin far below what was measured."""
    means = {}
    for arm in ("recommended", "report"):
        Z, table = load_embeddings("pbc", arm)
        pool, y = (table["split"] == "pool").to_numpy(), table["label"].to_numpy()
        supports = draw_supports(y[pool], 10, 50, 0)
        scored = evaluate_few_shot(Z[pool], y[pool], Z[~pool], y[~pool], supports)
        means[arm] = scored["balanced_accuracy"].mean()
    assert means["recommended"] > means["report"] + 0.05


def test_a_projection_keeps_cosines_and_says_what_it_lost(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    Z = (rng.normal(size=(30, 40)) + 2).astype(np.float32)
    short, moved = project(Z)
    assert short.shape == (30, 30) and short.dtype == np.float16
    cosines = [normalize(each.astype(float)) for each in (short, Z)]
    assert np.abs(cosines[0] @ cosines[0].T - cosines[1] @ cosines[1].T).max() == moved < 1e-3
    monkeypatch.setattr("experiments.embeddings.DIMENSIONS", 5)
    assert project(Z)[0].shape == (30, 5) and project(Z)[1] > moved


def test_what_is_kept_is_what_is_loaded(tmp_path, monkeypatch, cells):
    from bloodshot_lib import read_image_folder

    table = read_image_folder(cells)
    Z = np.random.default_rng(0).normal(size=(len(table), 6)).astype(np.float32)
    facts = keep(tmp_path, "mine", {"first": Z, "second": -Z}, table)
    assert facts["cells"] == len(table) and facts["width"]["first"] == [6, 6]
    monkeypatch.setattr(embeddings, "_FOLDER", tmp_path)
    back, named = load_embeddings("mine", "first")
    assert np.abs(normalize(back) @ normalize(back).T - normalize(Z) @ normalize(Z).T).max() < 2e-3
    assert list(named["label"]) == list(table["label"]) and named["path"][0].endswith(".png")
