import json
import sys

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bloodshot_lib import (
    Embedder,
    embed,
    evaluate_halves,
    load_profile,
    read_result,
    run_laboratory,
)
from bloodshot_lib.data.images import load_images
from bloodshot_lib.packaged import results as packaged_results
from bloodshot_lib.study import results
from bloodshot_lib.study.__main__ import main

TEXT = """
title = "small laboratory"
embedder = "{weights}"
[target]
reader = "image_folder"
root = "cells"
options = {{ subject = '^(d[0-9]+)_' }}
[episodes]
ks = [1, 3]
n_halves = 4
sweep_episodes = 5
"""


@pytest.fixture
def profile(tmp_path, monkeypatch):
    """Two classes of twelve cells, two of each subject, and weights that nobody trained."""
    rng = np.random.default_rng(0)
    for label, shade in (("ape", 60), ("bee", 160)):
        (tmp_path / "cells" / label).mkdir(parents=True)
        for number in range(12):
            pixels = rng.integers(shade, shade + 60, (32, 32, 3), dtype=np.uint8)
            name = f"d{number // 2 + (6 if label == 'bee' else 0)}_{number}.webp"
            Image.fromarray(pixels).save(tmp_path / "cells" / label / name, lossless=True)
    Embedder("test_efficientnet", 32).save(tmp_path / "weights.safetensors")
    monkeypatch.setenv("BLOODSHOT_DATA", str(tmp_path))
    monkeypatch.setenv("BLOODSHOT_ARTIFACTS", str(tmp_path / "artifacts"))
    path = tmp_path / "lab.toml"
    path.write_text(TEXT.format(weights=tmp_path / "weights.safetensors"))
    return load_profile(path)


def test_a_laboratory_is_its_cells_embedded_and_halved_by_subject(profile):
    table = profile.read_target()
    assert table["subject"].nunique() == 12
    made = run_laboratory(profile)
    Z = embed(Embedder.load(profile.embedder), load_images(table, 32), precision="float32")
    ours = evaluate_halves(Z, table["label"], (1, 3), table["subject"], 4, 5)
    for name in ("episodes", "replicates", "confusion"):
        pd.testing.assert_frame_equal(getattr(made, name), getattr(ours, name))
    assert made.episodes.groupby(["k", "half"]).size().eq(5).all()


def test_the_command_writes_its_scores_confusions_and_provenance(
    profile, tmp_path, monkeypatch, capsys
):
    for module in (packaged_results, results):
        monkeypatch.setattr(module, "home", lambda: tmp_path)
    monkeypatch.setattr(sys, "argv", ["study", str(tmp_path / "lab.toml")])
    main()
    assert "written to" in capsys.readouterr().out
    assert len(read_result("lab/episodes.csv")) == 2 * 4 * 5
    shares = read_result("lab/confusion.csv").groupby(["k", "label"])["share"].sum()
    assert np.allclose(shares, 1, atol=1e-3)
    record = json.loads((tmp_path / "results/lab/provenance.json").read_text())
    assert record["cells"] == {"ape": 12, "bee": 12} and record["subjects"] == 12
    assert record["episodes"]["n_halves"] == 4 and len(record["weights"]) == 16


@pytest.mark.parametrize(
    "change, words",
    [
        (('embedder = "', 'seeds = [1]\nembdder = "'), "but was 'embdder'.*'embedder'"),
        (
            ("[target]", '[source]\nreader = "image_folder"\nroot = "cells"\n[target]'),
            "but had both",
        ),
        (("[episodes]", '[arms]\naam = { loss = "aam" }\n[episodes]'), r"must have no \[arms\]"),
        (("n_halves = 4", "n_halves = 0"), "`n_halves` must be at least 1"),
        (("n_halves = 4", "views = 3"), "`views` must be"),
    ],
)
def test_a_profile_that_does_not_fit_is_refused(profile, tmp_path, change, words):
    path = tmp_path / "lab.toml"
    path.write_text(path.read_text().replace(*change))
    with pytest.raises(ValueError, match=words):
        load_profile(path)


def test_there_is_no_source_to_read(profile):
    with pytest.raises(ValueError, match=r"'lab' has no source.*run_laboratory"):
        profile.read_source()
