"""A profile that takes seconds, on drawn cells."""

import pytest

from bloodshot_lib import load_profile

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
method = "cosine"
"""


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory):
    return tmp_path_factory.mktemp("artifacts")


@pytest.fixture
def profile(artifacts, tmp_path, monkeypatch):
    monkeypatch.setenv("BLOODSHOT_ARTIFACTS", str(artifacts))
    (tmp_path / "small.toml").write_text(TEXT)
    return load_profile(tmp_path / "small.toml")
