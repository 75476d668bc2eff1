import numpy as np
import pandas as pd
import pytest

from bloodshot_lib import ExpectedAccuracy, estimate_prevalence


def _accuracy(counts):
    """What is expected if held-out cells came out as these counts, a row a true class."""
    names, counts = ["ape", "bee", "cat"][: len(counts)], np.array(counts, float)
    shares, cells = counts / counts.sum(axis=1, keepdims=True), counts.sum(axis=1)
    rows = [
        {"label": a, "predicted": b, "share": shares[i, j], "cells": cells[i]}
        for i, a in enumerate(names)
        for j, b in enumerate(names)
    ]
    return ExpectedAccuracy(pd.DataFrame(), pd.DataFrame(rows), pd.DataFrame())


def _shares(accuracy, **counts):
    given = [name for name, n in counts.items() for _ in range(n)]
    return estimate_prevalence(given, accuracy).set_index("label")


def test_a_classifier_without_errors_leaves_only_the_draw_of_the_cells():
    found = _shares(_accuracy([[4000, 0], [0, 4000]]), ape=300, bee=100)
    assert found["share"].tolist() == [0.75, 0.25] and found["cells"].tolist() == [300, 100]
    # the binomial interval: .75 +- 1.96 sqrt(.75 * .25 / 400) = .708 to .792
    assert found.loc["ape", ["low", "high"]].tolist() == pytest.approx([0.708, 0.792], abs=0.012)


def test_errors_move_the_interval_to_where_the_truth_is():
    # half of the bees are taken for apes: 60 of 100 given ape means 20 apes, 80 bees
    found = _shares(_accuracy([[800, 0], [400, 400]]), ape=600, bee=400)
    assert found.loc["bee", "low"] < 0.8 < found.loc["bee", "high"] < 0.9
    assert found.loc["bee", "share"] == 0.4 >= found.loc["bee", "low"], "the count itself is in it"


def test_few_labels_make_wide_intervals_and_absent_classes_are_there():
    few = _shares(_accuracy([[4, 1, 0], [1, 4, 0], [0, 0, 5]]), ape=50, bee=50)
    many = _shares(_accuracy([[400, 100, 0], [100, 400, 0], [0, 0, 500]]), ape=50, bee=50)
    width = lambda frame: (frame["high"] - frame["low"]).mean()  # noqa: E731
    assert width(few) > 1.5 * width(many)
    assert few.loc["cat", "cells"] == 0 and few.loc["cat", "low"] == 0 < few.loc["cat", "high"]
    assert ((few["low"] >= 0) & (few["high"] <= 1)).all()


def test_what_is_no_cell_has_no_share_but_its_errors_count():
    accuracy = _accuracy([[900, 0, 100], [0, 1000, 0], [0, 0, 1000]])._replace(apart=("cat",))
    found = _shares(accuracy, ape=450, bee=500, cat=50)
    assert found.index.tolist() == ["ape", "bee"] and found["share"].sum() == pytest.approx(1)
    # a tenth of the apes was taken for no cell: 500 of 1,000, not 450 of 950
    assert found.loc["ape", "low"] < 0.5 < found.loc["ape", "high"] < 0.55
    assert _shares(accuracy, cat=20)["share"].tolist() == [0, 0]


def test_a_class_that_could_not_be_judged_widens_the_intervals():
    known = _accuracy([[50, 0], [0, 50]])
    confusion = known.confusion.copy()
    confusion.loc[confusion["label"] == "bee", ["share", "cells"]] = [np.nan, 0]
    unknown = known._replace(confusion=confusion)
    width = lambda accuracy: _shares(accuracy, ape=50, bee=50).eval("high - low").mean()  # noqa: E731
    assert width(unknown) > 1.5 * width(known)


def test_what_cannot_be_counted_is_refused():
    accuracy = _accuracy([[5, 0], [0, 5]])
    with pytest.raises(ValueError, match=r"'dog', not one of ape, bee"):
        estimate_prevalence(["ape", "dog"], accuracy)
    with pytest.raises(ValueError, match="at least one cell"):
        estimate_prevalence([], accuracy)
    with pytest.raises(ValueError, match="what estimate_accuracy"):
        estimate_prevalence(["ape"], pd.DataFrame())
