import numpy as np
import pytest

from bloodshot_lib import estimate_accuracy, load_embeddings


def _cells(sizes, apart=3.0, seed=0):
    rng, codes = np.random.default_rng(seed), np.repeat(np.arange(len(sizes)), sizes)
    Z = rng.normal(size=(len(codes), 12)) + apart * np.eye(len(sizes), 12)[codes]
    return Z, np.array(["ape", "bee", "cat"])[codes]


def test_classes_far_apart_are_told_apart_and_noise_is_not():
    found = estimate_accuracy(*_cells((8, 8, 8), apart=40))
    now, twice = found.expected.to_dict("records")
    assert now["labels"] == "now" and now["per_class"] == 8 and now["balanced_accuracy"] == 1
    assert now["low"] < 0.95 and now["high"] == 1, "24 cells are no proof"
    assert twice["per_class"] == 16 and twice["low"] > now["low"]
    noise = estimate_accuracy(*_cells((30, 30, 30), apart=0, seed=1)).expected.iloc[0]
    assert noise["low"] < 1 / 3 < noise["high"]


def test_confusion_and_verdicts_tell_of_a_label_that_looks_wrong():
    Z, y = _cells((6, 9), apart=40)
    y[0] = "bee"
    found = estimate_accuracy(Z, y)
    assert found.verdicts.loc[0, "predicted"] == "ape" and found.verdicts.loc[0, "certainty"] > 0.5
    assert found.verdicts.loc[0, "own"] == pytest.approx(1 - found.verdicts.loc[0, "certainty"])
    others = found.verdicts.iloc[1:]
    assert (others["predicted"] == others["label"]).all()
    assert (others["own"] == others["certainty"]).all()
    shares = found.confusion.set_index(["label", "predicted"])["share"]
    assert shares["bee", "ape"] == pytest.approx(0.1) and shares["ape", "ape"] == 1
    assert found.confusion.set_index("label")["cells"].to_dict() == {"ape": 5, "bee": 10}


def test_subjects_are_left_out_whole():
    # each subject has a colour of its own, each class two subjects: cells help, subjects do not
    rng = np.random.default_rng(0)
    subject = np.repeat(np.arange(4), 6)
    Z = 8 * np.eye(4, 10)[subject] + rng.normal(0, 0.5, (24, 10))
    y, names = np.where(subject < 2, "ape", "bee"), np.array([f"P{n}" for n in subject])
    assert estimate_accuracy(Z, y).expected["balanced_accuracy"][0] == 1
    assert estimate_accuracy(Z, y, names).expected["balanced_accuracy"][0] < 0.8


def test_the_same_seed_gives_the_same_estimate():
    Z, y = _cells((5, 4, 6), apart=1)
    one, same, other = (estimate_accuracy(Z, y, rng=seed).expected for seed in (0, 0, 1))
    assert one.equals(same) and not one.equals(other)


@pytest.mark.parametrize("name, least", [("bccd", 0.85), ("pbc", 0.85)])
def test_on_real_cells_the_interval_holds_the_truth(name, least):
    """Sixty draws of five cells a class; the benchmark has two hundred, and every k."""
    from bloodshot_lib import FewShotClassifier

    Z, table = load_embeddings(name)
    y, rng, held = table["label"].to_numpy().astype(str), np.random.default_rng(0), []
    for _ in range(60):
        rows = np.concatenate([rng.choice(np.flatnonzero(y == c), 5, False) for c in np.unique(y)])
        rest = np.setdiff1d(np.arange(len(y)), rows)
        right = FewShotClassifier().fit(Z[rows], y[rows]).predict(Z[rest]) == y[rest]
        truth = np.mean([right[y[rest] == c].mean() for c in np.unique(y)])
        now = estimate_accuracy(Z[rows], y[rows]).expected.iloc[0]
        held.append(now["low"] <= truth <= now["high"])
    assert least <= np.mean(held)


@pytest.mark.parametrize(
    "labels, groups, words",
    [
        ("aaaa", None, "at least two classes"),
        ("aaab", None, r"class 'b' has one\. Label a second"),
        ("aabb", list("xyzz"), "all 2 cells of class 'b' are of 'z'"),
        ("aabb", list("xyz"), "`groups`"),
    ],
)
def test_labels_that_cannot_be_judged_are_refused_by_name(labels, groups, words):
    Z = np.random.default_rng(0).normal(size=(len(labels), 3))
    with pytest.raises(ValueError, match=words):
        estimate_accuracy(Z, list(labels), groups)


def test_a_class_whose_two_subjects_are_left_out_together_is_named():
    y = np.array(["ape"] * 120 + ["bee"] * 2)
    Z, subject = np.random.default_rng(0).normal(size=(122, 3)), [*range(120), 0, 1]
    seen = set()
    for seed in range(100):
        try:
            estimate_accuracy(Z, y, [f"P{n}" for n in subject], rng=seed)
        except ValueError as error:
            seen.add(str(error).split(":")[0])
    assert seen == {"Class 'bee' cannot be judged"}


def test_a_label_more_than_those_that_judge_takes_away_errors():
    # two classes of two, each judged by one of each: of k = 1; told for k = 2, a doubling
    Z = np.array([[1, 0.1], [1, -0.1], [0.1, 1], [1, 0.3]])
    found = estimate_accuracy(Z, list("aabb"))
    share = found.confusion.set_index(["label", "predicted"])["share"]
    errors = 1 - (share["a", "a"] + share["b", "b"]) / 2
    assert errors > 0
    assert found.expected["balanced_accuracy"][0] == pytest.approx(1 - 0.85 * errors)
