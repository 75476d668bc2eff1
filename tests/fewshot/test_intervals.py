import numpy as np
import pandas as pd
import pytest
from scipy import stats

from bloodshot_lib import (
    classify_episodes,
    compare,
    draw_supports,
    evaluate_few_shot,
    summarise,
)


def test_a_summary_is_mean_population_std_and_percentiles():
    episodes = pd.DataFrame(
        {
            "episode": [0, 1, 2, 3],
            "accuracy": [0.1, 0.2, 0.3, 0.4],
            "arm": "x",
            "k": [1, 1, 2, 2],
        }
    )
    row = summarise(episodes.drop(columns="k")).loc["accuracy"]
    assert row.to_dict() == pytest.approx(
        {"mean": 0.25, "std": 0.0125**0.5, "low": 0.1075, "high": 0.3925}
    )
    by_k = summarise(episodes, by="k").loc[["accuracy"]]
    assert by_k["k"].tolist() == [1, 2] and by_k["mean"].tolist() == pytest.approx([0.15, 0.35])
    assert summarise(episodes, by=["arm", "k"]).columns.tolist() == [
        "arm",
        "k",
        "mean",
        "std",
        "low",
        "high",
    ]


def test_replicates_add_their_interval():
    episodes = pd.DataFrame({"episode": [0, 1], "arm": ["x", "y"], "accuracy": [0.5, 0.6]})
    replicates = pd.DataFrame(
        {
            "replicate": [*range(101)] * 2,
            "arm": ["x"] * 101 + ["y"] * 101,
            "accuracy": np.concatenate([np.arange(101) / 100, np.arange(101) / 1000]),
        }
    )
    table = summarise(episodes, by="arm", replicates=replicates).set_index("arm")
    assert table.loc["x", ["ci_low", "ci_high"]].tolist() == pytest.approx([0.025, 0.975])
    assert table.loc["y", ["ci_low", "ci_high"]].tolist() == pytest.approx([0.0025, 0.0975])


def test_replicates_scatter_around_the_mean_as_the_binomial_does():
    # one episode, perfect geometry: 120 of 200 cells of each class are named rightly
    y_query = np.array(["a"] * 200 + ["b"] * 200)
    right = np.tile(np.arange(200) < 120, 2)
    Z_query = np.eye(2, dtype=np.float32)[(y_query == "b").astype(int) ^ ~right]
    task = (np.eye(2, dtype=np.float32), ["a", "b"], Z_query, y_query, np.array([[[0], [1]]]))
    verdicts = classify_episodes(*task)
    replicates = verdicts.replicates(n_replicates=2000)
    assert verdicts.episodes()["accuracy"].item() == pytest.approx(0.6)
    assert replicates["accuracy"].mean() == pytest.approx(0.6, abs=0.003)
    assert replicates["accuracy"].std() == pytest.approx((0.6 * 0.4 / 400) ** 0.5, rel=0.06)
    # cells that come in twins are worth half as many
    twins = verdicts.replicates(np.repeat(np.arange(200), 2), 2000)
    assert twins["accuracy"].std() == pytest.approx((0.6 * 0.4 / 200) ** 0.5, rel=0.06)
    # one subject per class: its cells stand or fall together
    one_each = verdicts.replicates(y_query, 20)
    assert one_each["accuracy"].std() == pytest.approx(0, abs=1e-6)


def test_replicates_mean_what_the_episodes_mean(embeddings):
    supports = draw_supports(embeddings[1], 3, 30, rng=0)
    verdicts = classify_episodes(*embeddings, supports)
    episodes, replicates = verdicts.episodes(), verdicts.replicates()
    pd.testing.assert_frame_equal(episodes, evaluate_few_shot(*embeddings, supports))
    for metric in ("accuracy", "balanced_accuracy", "macro_f1", "weighted_f1", "f1_all"):
        assert replicates[metric].mean() == pytest.approx(episodes[metric].mean(), abs=0.02)
    pd.testing.assert_frame_equal(replicates, verdicts.replicates())
    with pytest.raises(ValueError, match=r"`groups` must be a list.*, but had 3 for 77 cells"):
        verdicts.replicates(groups=list("abc"))


def test_groups_may_be_numbers_strings_or_a_column(embeddings):
    verdicts = classify_episodes(*embeddings, draw_supports(embeddings[1], 3, 5, rng=0))
    groups = np.arange(len(embeddings[3])) % 9
    plain = verdicts.replicates(groups, 20, np.random.default_rng(0))
    for form in (
        groups.tolist(),
        groups.astype(str),
        pd.Series(groups, index=groups[::-1]),
        pd.Series(groups.astype(str)),
        groups.astype(object),
    ):
        found = verdicts.replicates(form, 20, 0)
        pd.testing.assert_frame_equal(found, plain)


def test_a_metric_that_another_task_has_is_left_empty():
    """Frames of two tasks below one another: each has its own classes, and one of them
    AUROC.
    """
    parts = [
        pd.DataFrame({"arm": "two", "accuracy": [0.5, 0.7], "auroc": [0.6, 0.8]}),
        pd.DataFrame({"arm": "three", "accuracy": [0.4, 0.6], "f1_c": [0.1, 0.3]}),
    ]
    table = summarise(pd.concat(parts), by="arm").set_index("arm", append=True)["mean"]
    assert table["accuracy"].to_dict() == pytest.approx({"two": 0.6, "three": 0.5})
    assert table["auroc", "two"] == pytest.approx(0.7) and np.isnan(table["auroc", "three"])


def test_differences_are_taken_within_episodes():
    episodes = pd.DataFrame(
        {
            "arm": list("xxyyzz"),
            "episode": [0, 1] * 3,
            "accuracy": [0.5, 0.6, 0.7, 0.5, 0.5, 0.6],
        }
    )
    shuffled = episodes.sample(frac=1, random_state=0)
    found = compare(shuffled, "accuracy", to="x", pairs="episode").loc[["x", "y", "z"]]
    assert found["difference"].tolist() == pytest.approx([0, 0.05, 0])
    assert found["better"].tolist() == [0, 0.5, 0]
    reach = stats.t.ppf(0.975, 1) * stats.sem([0.2, -0.1])
    assert found.loc["y", ["ci_low", "ci_high"]].tolist() == pytest.approx(
        [0.05 - reach, 0.05 + reach]
    )
    by_k = episodes.assign(k=[1, 1, 3, 3, 5, 5], arm="x")
    found = compare(by_k, "accuracy", to=1, by="k", pairs="episode", within="arm")
    assert found.loc["x", "difference"].to_dict() == pytest.approx({1: 0, 3: 0.05, 5: 0})
    with pytest.raises(
        ValueError, match=r"`to` must be one of the values of 'arm': \['x', 'y', 'z'\], but was 'w'"
    ):
        compare(episodes, "accuracy", to="w", pairs="episode")


def _arm(name, means, width):
    """Episodes and replicates of one arm: a mean per seed, replicates spread evenly by `width`
    about each.
    """
    seeds = range(len(means))
    episodes = pd.DataFrame({"arm": name, "seed": seeds, "episode": 0, "accuracy": means})
    spread = np.linspace(-width, width, 101)
    replicates = pd.concat(
        [
            pd.DataFrame(
                {"arm": name, "seed": seed, "replicate": range(101), "accuracy": mean + spread}
            )
            for seed, mean in zip(seeds, means, strict=True)
        ]
    )
    return episodes, replicates


def test_an_effect_survives_if_the_interval_leaves_out_0_and_every_seed_agrees():
    arms = [
        _arm("base", [0.5, 0.5], 0),
        _arm("better", [0.6, 0.7], 0.1),
        _arm("noisy", [0.6, 0.7], 0.2),
        _arm("seed", [0.45, 0.8], 0.1),
    ]
    episodes, replicates = (pd.concat(part) for part in zip(*arms, strict=True))
    table = compare(episodes, "accuracy", "base", pairs="seed", replicates=replicates)
    assert table.index.tolist() == ["base", "better", "noisy", "seed"]
    assert table["difference"].tolist() == pytest.approx([0, 0.15, 0.15, 0.125])
    assert table.loc["better", ["ci_low", "ci_high"]].tolist() == pytest.approx([0.055, 0.245])
    assert table.loc["seed", "std"] == pytest.approx(0.35 / 2**0.5)
    assert table["better"].tolist() == [0, 1, 1, 0.5]
    assert table["survives"].tolist() == [False, True, False, False]


def test_trainings_are_compared_as_scipy_pairs_them():
    rng = np.random.default_rng(0)
    pairs = [(partition, seed) for partition in "AB" for seed in (1, 2, 3)]
    rows = [
        {"partition": p, "seed": s, "arm": arm, "score": rng.normal() + shift}
        for p, s in pairs
        for arm, shift in (("old", 0), ("new", 2))
    ]
    scores = pd.DataFrame(rows)
    table = compare(scores, "score", to="old")
    old, new = (scores.loc[scores["arm"] == arm, "score"].to_numpy() for arm in ("old", "new"))
    expected = stats.ttest_rel(new, old).confidence_interval()
    assert table.loc["new", ["ci_low", "ci_high"]].tolist() == pytest.approx(list(expected))
    alone = stats.ttest_1samp(new, 0).confidence_interval()
    assert table.loc["new", ["low", "high"]].tolist() == pytest.approx(list(alone))
    assert table.loc["new", "difference"] == pytest.approx(new.mean() - old.mean())
    assert table.loc["new", "better"] == (new > old).mean() and list(table.index) == [
        "old",
        "new",
    ]
    by_k = compare(
        pd.concat([scores.assign(k=1), scores.assign(k=5)]), "score", to="old", within="k"
    )
    pd.testing.assert_frame_equal(by_k.loc[5], table)
    with pytest.raises(
        ValueError, match=r"`to` must be one of the values of 'arm': .*, but was 'oldest'"
    ):
        compare(scores, "score", to="oldest")
    with pytest.raises(ValueError, match="choose one k, shift and method first"):
        compare(pd.concat([scores, scores]), "score", to="old")
    with pytest.raises(ValueError, match="at least two pairs of partition, seed, but had 1"):
        compare(scores[:2], "score", to="old")
    with pytest.raises(ValueError, match=r"these lack one: \['new'\]"):
        compare(scores.iloc[:-1], "score", to="old")
