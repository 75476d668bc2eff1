import numpy as np
import pytest
from sklearn.preprocessing import normalize

from bloodshot_lib import (
    draw_supports,
    evaluate_few_shot,
    evaluate_halves,
    load_embeddings,
    load_profile,
    read_result,
)
from bloodshot_lib.data.readers.aml_lmu import AML_RARE
from bloodshot_lib.data.tables import named_subjects
from bloodshot_lib.packaged import embeddings
from experiments.embeddings import DIMENSIONS, keep, project

LABORATORY = ("released", "barcelona", "imagenet", "report")
SETS = {
    "pbc": (("recommended", "report"), {"erythroblast": 300, "ig": 300, "monocyte": 300}),
    "bccd": (
        LABORATORY,
        {"neutrophil": 210, "eosinophil": 86, "lymphocyte": 35, "monocyte": 20},
    ),
    "bangkok": (
        LABORATORY[:3],
        {"neutrophil": 112, "lymphocyte": 110, "basophil": 100, "eosinophil": 100, "monocyte": 88},
    ),
    "bcisc": (LABORATORY[:3], None),
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


@pytest.mark.parametrize("laboratory", ["bccd", "bangkok", "bcisc", "munich", "delhi"])
def test_packaged_cells_repeat_the_scores_of_their_laboratory(laboratory):
    """To two decimals, as results/ has them from the cells themselves."""
    profile = load_profile(laboratory)
    files = {"munich": "aml_lmu", "delhi": "cnmc2019"}
    Z, table = load_embeddings(files.get(laboratory, laboratory))
    if laboratory == "munich":
        kept = ~table["label"].isin(AML_RARE).to_numpy()
        Z, table = Z[kept], table[kept].reset_index(drop=True)
    amounts = profile.episodes.n_halves, profile.episodes.sweep_episodes
    groups = named_subjects(table["subject"])
    found = evaluate_halves(Z, table["label"], profile.episodes.ks, groups, *amounts).episodes
    recorded = read_result(f"{laboratory}/episodes.csv")
    means = [each.groupby("k")["balanced_accuracy"].mean() for each in (found, recorded)]
    assert means[0].to_dict() == pytest.approx(means[1].to_dict(), abs=0.005)


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
