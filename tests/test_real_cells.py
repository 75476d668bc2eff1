"""The readers and the whole flow on real cells, where they are at hand. Too few cells here for
any claim.
"""

import gzip

import numpy as np
import pytest
from sklearn.preprocessing import normalize

from bloodshot_lib import (
    Embedder,
    draw_supports,
    embed,
    evaluate_few_shot,
    file_names,
    identical_files,
    load_embeddings,
    load_images,
    load_profile,
    read_cnmc2019,
    read_image_folder,
    read_result,
    run_laboratory,
)
from experiments import release


def test_the_sample_of_cnmc_goes_the_whole_way(shared):
    table = read_cnmc2019(shared / "cnmc2019_sample")
    assert table["split"].value_counts().to_dict() == {
        "fold_0": 28,
        "fold_1": 17,
        "fold_2": 26,
        "prelim": 1,
    }
    assert table.groupby("label").size().to_dict() == {"all": 36, "hem": 36}
    assert table["subject"].nunique() == 29 and "H3" in set(
        table["subject"]
    ), "UID_h3_* is written in lower case"
    images = load_images(table, 64)
    assert (
        images.shape == (72, 64, 64, 3) and (images[:, 0, 0] == 0).all()
    ), "cells stand on exact black"
    Z = embed(Embedder("test_efficientnet", 64), images)
    pool = (table["split"] != "prelim").to_numpy()
    for k in (1, 3):
        supports = draw_supports(table["label"][pool], k, 5, rng=0)
        episodes = evaluate_few_shot(Z[pool], table["label"][pool], Z, table["label"], supports)
        assert (
            len(episodes) == 5
            and episodes["accuracy"].between(0, 1).all()
            and "auroc" in episodes
        )


def test_file_names_of_the_whole_challenge_are_understood(shared, tmp_path):
    """All 15,114 names of the real set, as empty files in Kaggle's folders: nothing is opened,
    every name is read.
    """
    with gzip.open(shared / "cnmc2019_manifest.csv.gz", "rt") as manifest:
        names = [line.split(",")[0] for line in manifest][1:]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    table = read_cnmc2019(tmp_path, prelim=False)
    counts = table[table["split"] != "final"].groupby(["split", "label"]).size().to_dict()
    assert counts == {
        ("fold_0", "all"): 2397,
        ("fold_0", "hem"): 1130,
        ("fold_1", "all"): 2418,
        ("fold_1", "hem"): 1163,
        ("fold_2", "all"): 2457,
        ("fold_2", "hem"): 1096,
    }
    fold_0 = table[table["split"] == "fold_0"]
    assert (
        fold_0["label"].tolist() == ["all"] * 2397 + ["hem"] * 1130
    ), "the order the report's sampler indexes"
    assert fold_0.groupby("label")["subject"].nunique().to_dict() == {"all": 19, "hem": 9}
    assert (fold_0["subject"] == "H24").sum() == 404


def test_the_healthy_cells_are_read_whole(shared):
    counts = read_image_folder(shared / "pbc_128px")["label"].value_counts().to_dict()
    assert counts == {
        "neutrophil": 3329,
        "eosinophil": 3117,
        "ig": 2895,
        "platelet": 2348,
        "erythroblast": 1551,
        "monocyte": 1420,
        "basophil": 1218,
        "lymphocyte": 1214,
    }


def test_the_pbc_profile_keeps_its_novel_classes_novel(shared, monkeypatch):
    monkeypatch.setenv("BLOODSHOT_DATA", str(shared))
    profile = load_profile("pbc")
    source, target = profile.read_source(), profile.read_target()
    assert not set(source["label"]) & set(target["label"])
    assert source["label"].value_counts().max() == 500
    assert len(identical_files(source)) == len(identical_files(target)) == 0


@pytest.mark.parametrize("name", release.RELEASES)
def test_the_released_weights_repeat_their_scores(name, shared, tmp_path, monkeypatch):
    """On healthy cells, to two decimals, as results/beyond/released/ has them."""
    monkeypatch.setenv("BLOODSHOT_DATA", str(shared))
    monkeypatch.setenv("BLOODSHOT_ARTIFACTS", str(tmp_path))
    recorded = read_result(f"beyond/released/{name}.json")["balanced_accuracy"]
    scores = release.score(Embedder.load(name))
    assert scores == pytest.approx(recorded, abs=0.005)


def test_the_released_weights_repeat_their_scores_in_delhi(shared, tmp_path, monkeypatch):
    """To two decimals, as results/ has them."""
    monkeypatch.setenv("BLOODSHOT_DATA", str(shared))
    monkeypatch.setenv("BLOODSHOT_ARTIFACTS", str(tmp_path))
    recorded = read_result("delhi/episodes.csv").groupby("k")["balanced_accuracy"].mean()
    episodes = run_laboratory(load_profile("delhi")).episodes
    scores = episodes.groupby("k")["balanced_accuracy"].mean()
    assert scores.to_dict() == pytest.approx(recorded.to_dict(), abs=0.005)


def test_the_packaged_embeddings_are_those_of_the_cells(shared, tmp_path, monkeypatch):
    """Every cosine between two cells of Delhi is as it was, to about three digits."""
    monkeypatch.setenv("BLOODSHOT_DATA", str(shared))
    monkeypatch.setenv("BLOODSHOT_ARTIFACTS", str(tmp_path))
    profile = load_profile("delhi")
    Z, table = load_embeddings("cnmc2019")
    few = profile.read_target().groupby("label").head(5)
    embedder = Embedder.load(profile.weights)
    images = load_images(few, embedder.image_size)
    own = embed(embedder, images, precision="float32", views=8)
    assert list(table["path"].iloc[few.index]) == list(file_names(few))
    ours, exact = normalize(Z[few.index]), normalize(own)
    assert np.abs(ours @ ours.T - exact @ exact.T).max() < 0.002


@pytest.mark.parametrize("label", ["basophil", "platelet"])
def test_native_files_are_decoded_at_any_size(shared, label):
    table = read_image_folder(shared / "pbc_native").query("label == @label").head(3)
    images = load_images(table, 96)
    assert images.dtype == np.uint8 and images.mean() > 100, "a light field"
