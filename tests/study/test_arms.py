import numpy as np
import pandas as pd
import pytest

from bloodshot_lib import embed, load_cells, run_arms
from bloodshot_lib.common import cache_keys
from bloodshot_lib.embedder import embedding
from bloodshot_lib.fewshot.verdicts import classify_episodes
from bloodshot_lib.study import arms, profile_parts

KS = (1, 3)


def _watched(monkeypatch, module, name):
    """The calls of a function from now on."""
    calls, real = [], getattr(module, name)
    monkeypatch.setattr(module, name, lambda *a, **o: calls.append((a, o)) or real(*a, **o))
    return calls


def test_what_is_made_is_returned(profile):
    made = run_arms(profile, KS)
    assert list(made.runs) == [(arm, seed) for arm in ("softmax", "aam") for seed in (1, 2)]
    assert len(made.histories) == 4 and set(made.histories["seed"]) == {1, 2}
    assert {k: chosen.shape for k, chosen in made.supports.items()} == {
        1: (4, 2, 1),
        3: (4, 2, 3),
    }
    assert len(made.episodes) == 4 * 2 * 4 and list(made.episodes)[:2] == ["k", "episode"]
    assert len(made.replicates) == 4 * 500
    assert len(made.mistakes) == 4 * 6
    means = made.episodes.groupby(["arm", "seed"])["accuracy"].mean()
    assert means.nunique() > 1, "the arms are not one network"


def test_it_is_what_the_public_functions_say_one_by_one(profile):
    made, (pool, query) = run_arms(profile), (load_cells(profile, r) for r in ("pool", "query"))
    run = made.runs["aam", 2]
    Z_pool, Z_query = (embed(run.embedder, cells.images) for cells in (pool, query))
    task = Z_pool, pool.labels, Z_query, query.labels
    verdicts = classify_episodes(*task, made.supports[3], "cosine")
    for name, alone in (
        ("episodes", verdicts.episodes()),
        ("replicates", verdicts.replicates(query.table["subject"])),
        ("mistakes", verdicts.hardest()),
    ):
        found = getattr(made, name).query("arm == 'aam' and seed == 2")
        found = found[list(alone)].reset_index(drop=True)
        pd.testing.assert_frame_equal(found, alone, check_exact=False, atol=1e-6)


def test_every_value_is_made_once(profile, monkeypatch):
    """Supports once for each k, verdicts once for each k and training, each set hashed once."""
    drawn, draw = [], profile_parts.DRAWS["nested"]
    monkeypatch.setitem(profile_parts.DRAWS, "nested", lambda *a: drawn.append(a) or draw(*a))
    scored = _watched(monkeypatch, arms, "classify_episodes")
    hashed, real = [], cache_keys.np.ascontiguousarray
    monkeypatch.setattr(cache_keys.np, "ascontiguousarray", lambda a: hashed.append(a) or real(a))
    run_arms(profile, KS)
    assert len(drawn) == len(KS) and len(scored) == 4 * len(KS)
    images = [array for array in hashed if array.ndim == 4 and array.dtype == np.uint8]
    assert len(images) == 4, "train, val, pool and query"


def test_embeddings_are_found_again(profile, monkeypatch):
    made = run_arms(profile)
    monkeypatch.setattr(embedding, "_embed_part", lambda *_: pytest.fail("embeds again"))
    query = load_cells(profile, "query")
    for run in made.runs.values():
        assert len(embed(run.embedder, query.images, cache_dir=made.embeddings))
    run_arms(profile)


def test_two_runs_of_a_profile_agree(profile):
    first, second = run_arms(profile), run_arms(profile)
    for name in ("histories", "episodes", "replicates", "mistakes"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))


def test_the_method_of_the_episodes_is_the_head(profile, monkeypatch):
    scored = _watched(monkeypatch, arms, "classify_episodes")
    run_arms(profile)
    object.__setattr__(profile.episodes, "method", "ridge")
    run_arms(profile)
    assert [arguments[5] for arguments, _ in scored] == 4 * ["cosine"] + 4 * ["ridge"]
