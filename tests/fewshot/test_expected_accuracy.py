import numpy as np
import pytest

from bloodshot_lib import FewShotClassifier, estimate_accuracy, load_embeddings
from bloodshot_lib.fewshot.confusions import certain_confusion, held_out_confusion
from bloodshot_lib.fewshot.expected_accuracy import expected_accuracy
from bloodshot_lib.fewshot.judged_supports import JudgedSupports


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
    # one of ten; judged by nine, and told for ten: a share .85 of errors a doubling
    assert shares["bee", "ape"] == pytest.approx(0.1 * 0.85 ** np.log2(10 / 9))
    assert shares["ape", "ape"] == 1
    assert found.confusion.set_index("label")["cells"].to_dict() == {"ape": 5, "bee": 10}


def test_subjects_are_left_out_whole():
    # each subject has a colour of its own, each class two subjects: cells help, subjects do not
    rng = np.random.default_rng(0)
    subject = np.repeat(np.arange(4), 6)
    Z = 8 * np.eye(4, 10)[subject] + rng.normal(0, 0.5, (24, 10))
    y, names = np.where(subject < 2, "ape", "bee"), np.array([f"P{n}" for n in subject])
    assert estimate_accuracy(Z, y).expected["balanced_accuracy"][0] == 1
    by_subject = estimate_accuracy(Z, y, names)
    assert by_subject.expected["balanced_accuracy"][0] < 0.8
    assert "of whom nothing is labelled" in by_subject.basis


def test_the_same_seed_gives_the_same_estimate():
    Z, y = _cells((5, 4, 6), apart=1)
    one, same, other = (estimate_accuracy(Z, y, rng=seed).expected for seed in (0, 0, 1))
    assert one.equals(same) and not one.equals(other)


@pytest.mark.parametrize("name, least", [("bccd", 0.85), ("pbc", 0.85)])
def test_on_real_cells_the_interval_holds_the_truth(name, least):
    """Sixty draws of five cells a class; the benchmark has two hundred, and every k."""
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
        ("aaab", None, r"one cell each of 'b'\. Label second"),
        (
            "aabb",
            list("xyzz"),
            r"two subjects or more, .*, but too few are of 'b'\. Label cells of other",
        ),
        ("aabb", list("xyz"), "`groups`"),
    ],
)
def test_labels_that_cannot_be_judged_are_refused_by_name(labels, groups, words):
    Z = np.random.default_rng(0).normal(size=(len(labels), 3))
    with pytest.raises(ValueError, match=words):
        estimate_accuracy(Z, list(labels), groups)


def test_a_class_that_cannot_be_judged_leaves_the_others_their_estimate():
    Z, y = _cells((6, 6, 1), apart=40)
    alone = estimate_accuracy(Z, y)
    assert alone.unjudged == ("cat",) and alone.expected["balanced_accuracy"][0] == 1
    shares = alone.confusion.set_index(["label", "predicted"])["share"]
    assert shares["cat"].isna().all() and shares["ape", "ape"] == 1
    with_new = estimate_accuracy(Z, y, unlabelled=_cells((30, 30, 30), apart=40, seed=1)[0])
    shares = with_new.confusion.set_index(["label", "predicted"])["share"]
    assert with_new.unjudged == ("cat",) and shares["cat", "cat"] > 0.5
    assert with_new.expected["low"][0] < alone.expected["low"][0], "one class more is in doubt"


def test_what_is_no_cell_does_not_count():
    Z, y = _cells((8, 8, 8), apart=0, seed=3)
    Z[y == "ape"] += 40 * np.eye(1, 12)
    supports = JudgedSupports.fit(Z, y)
    everything, cells = expected_accuracy(supports), expected_accuracy(supports, apart=("ape",))
    recall = np.diag(everything.shares)
    assert everything.expected["balanced_accuracy"][0] == pytest.approx(recall.mean())
    assert cells.expected["balanced_accuracy"][0] == pytest.approx(recall[1:].mean())
    assert cells.apart == ("ape",) and recall[0] == 1 > recall[1:].mean()


def test_harder_labelled_cells_do_not_hide_how_easy_the_new_ones_are():
    # labelled are the cells nearest the other class, as suggestions may be
    Z, y = _cells((400, 400), apart=2.2)
    side = Z[:, 0] - Z[:, 1]
    rows = np.concatenate([np.flatnonzero(y == "ape")[side[:400].argsort()[:60:6]],
                           np.flatnonzero(y == "bee")[side[400:].argsort()[-60::6]]])  # fmt: skip
    new = np.setdiff1d(np.arange(800), rows)
    clf = FewShotClassifier().fit(Z[rows], y[rows])
    truth = np.mean([(clf.predict(Z[new]) == y[new])[y[new] == c].mean() for c in ("ape", "bee")])
    alone = estimate_accuracy(Z[rows], y[rows]).expected["balanced_accuracy"][0]
    beside = estimate_accuracy(Z[rows], y[rows], unlabelled=Z[new])
    assert alone < beside.expected["balanced_accuracy"][0] < truth + 0.1
    assert "each new cell" in beside.basis


def test_an_estimate_never_lies_at_the_edge_of_its_interval():
    for seed in range(20):
        Z, y = _cells((4, 5, 9), apart=1.5, seed=seed)
        now = estimate_accuracy(Z, y).expected.iloc[0]
        place = (now["balanced_accuracy"] - now["low"]) / (now["high"] - now["low"])
        assert 0.25 < place < 0.8


def test_a_label_more_than_those_that_judge_takes_away_errors():
    # two classes of two, each judged by one of each: of k = 1; told for k = 2, a doubling
    Z = np.array([[1, 0.1], [1, -0.1], [0.1, 1], [1, 0.3]])
    supports = JudgedSupports.fit(Z, np.array(list("aabb")))
    errors = 1 - np.diag(held_out_confusion(supports.held_out, supports.codes)[0]).mean()
    assert errors > 0
    found = expected_accuracy(supports).expected["balanced_accuracy"][0]
    assert found == pytest.approx(1 - 0.85 * errors)


def test_certainties_tell_a_confusion():
    # two cells: .8 of an ape taken for one, .3 of an ape taken for a bee
    even = certain_confusion(np.array([[0.8, 0.2], [0.3, 0.7]]))
    assert even[0] == pytest.approx([0.8 / 1.1, 0.3 / 1.1], abs=0.001)
    assert even[1] == pytest.approx([0.2 / 0.9, 0.7 / 0.9], abs=0.001)
    # 2 in 100 of 10,000 common cells' certainty is for a rare class: that is no 200 rare cells
    rows = np.repeat([[0.98, 0.02], [0.02, 0.98]], [10000, 60], axis=0)
    assert certain_confusion(rows)[1, 1] > 0.6
