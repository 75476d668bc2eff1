"""The figures of the result pages: they show what they are given, named and told apart."""

import math

import numpy as np
import pandas as pd
import pytest

from bloodshot_lib import compare, plots
from bloodshot_lib.plots.direct_labels import spread

BAD = "<u>é</u> & $x$"
KS, ARMS = (1, 5, 10), ("report", "imagenet", "recommended")
ROWS = pd.DataFrame(
    [
        {
            "cells": cells,
            "arm": arm,
            "k": k,
            "mean": 0.3 + 0.1 * i + 0.01 * k,
            "low": 0.2,
            "high": 0.9,
            "chance": 0.25,
        }
        for cells in ("healthy cells", "BCCD, 4 classes", "Delhi, 2 classes")
        for i, arm in enumerate(ARMS)
        for k in KS
    ]
)
SCORE = "balanced_accuracy"
SCORES = pd.DataFrame(
    [
        {"arm": arm, "partition": part, "seed": seed, SCORE: base + 0.01 * seed + shift}
        for arm, base in {"first": 0.5, "second": 0.6, "third": 0.5}.items()
        for part, shift in {"A": 0.0, "B": 0.1}.items()
        for seed in (1, 2)
    ]
)
CONFUSION = pd.DataFrame(
    {
        "label": ["all", "all", "hem", "hem"],
        "predicted": ["all", "hem"] * 2,
        "share": [0.75, 0.25, 0.4, 0.6],
    }
)
COUNTS = {"all": 36, "hem": 40}


def _table():
    return compare(SCORES, "balanced_accuracy", to="first")


BARS = pd.DataFrame(
    {
        "k": [1, 5, 1, 5],
        "share right": [0.5, 0.7, 0.4, 0.9],
        "low": [0.4, 0.6, 0.1, 0.8],
        "high": [0.8, 0.8, 0.5, 1.0],
        "set": ["Delhi", "Delhi", "BCCD", "BCCD"],
        "labels": ["random"] * 4,
    }
)
FIGURES = {
    "dots": lambda: plots.dots_figure(BARS, "share right", "set", "labels", lines=[0.5]),
    "panels": lambda: plots.panels_figure(BARS, "k", "share right", "labels", "set"),
    "answer": lambda: plots.answer_figure(ROWS),
    "curves": lambda: plots.curves_figure(ROWS),
    "forest": lambda: plots.forest_figure({"cells": _table()}, "first"),
    "confusion": lambda: plots.confusion_figure(CONFUSION, COUNTS),
    "ladder": lambda: plots.ladder_figure({"novel": SCORES}),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_marks_and_an_alternative_text(name):
    fig = FIGURES[name]()
    assert len(fig.data) > 0 and len(fig.layout.meta["alt"]) > 30


@pytest.mark.parametrize("draw", [plots.answer_figure, plots.curves_figure])
def test_curves_show_every_mean_and_their_line_of_chance(draw):
    fig = draw(ROWS)
    lines = [trace for trace in fig.data if trace.mode == "lines+markers"]
    assert len(lines) == 9 and len(fig.layout.shapes) == 3
    for line, (_, part) in zip(lines, ROWS.groupby(["cells", "arm"], sort=False), strict=True):
        assert list(line.x) == list(KS) and list(line.y) == part["mean"].tolist()
    names = {note.text.replace("<br>", " ").lstrip("●■◆ ") for note in fig.layout.annotations}
    assert {"report's recipe", "ImageNet, untrained on cells", "recommended"} <= names
    assert {shape.y0 for shape in fig.layout.shapes} == {0.25}


def test_a_ruler_beside_networks_is_named_and_told_apart():
    arms = (*ARMS, "area", "area and colour")
    rows = pd.concat([ROWS[ROWS["arm"] == "report"].assign(arm=arm) for arm in arms])
    fig = plots.curves_figure(rows)
    looks = {t.name: (t.line.color, t.marker.symbol) for t in fig.data if t.name}
    assert {"ruler: area", "ruler: area and colour"} <= set(looks)
    for look in zip(*looks.values(), strict=True):
        assert len(set(look)) == len(arms), "by colour, and by symbol"
    texts = {note.text.replace("<br>", " ") for note in fig.layout.annotations}
    assert set(looks) <= texts


def test_panels_of_the_answer_say_how_high_a_line_ends_and_arms_are_named_once():
    texts = [note.text for note in plots.answer_figure(ROWS).layout.annotations]
    assert texts.count(".40") == 3 and texts.count(".60") == 3
    assert texts.count("■ ImageNet, untrained on cells") == 1


def test_panels_have_a_line_for_each_group_and_bars_from_low_to_high():
    fig = plots.panels_figure(BARS, "k", "share right", "labels", "set", ("low", "high"), 0.5)
    delhi, bccd = fig.data
    assert [*delhi.x] == [1, 5] and [*bccd.y] == [0.4, 0.9]
    assert [*delhi.error_y.array] == pytest.approx([0.3, 0.1])
    assert [*delhi.error_y.arrayminus] == pytest.approx([0.1, 0.1])
    assert {note.text for note in fig.layout.annotations} == {"Delhi", "BCCD"}
    assert {(shape.y0, shape.y1) for shape in fig.layout.shapes} == {(0.5, 0.5)}
    assert "Delhi, random: 0.50 at 1, 0.70 at 5; BCCD" in fig.layout.meta["alt"]


def test_a_diagonal_runs_through_every_panel_and_what_lies_near_it_fills_them():
    rows = BARS.assign(certainty=BARS["share right"])
    fig = plots.panels_figure(rows, "certainty", "share right", panel="set", line="diagonal")
    lines = [(shape.x0, shape.y0, shape.x1, shape.y1) for shape in fig.layout.shapes]
    assert lines == [(0, 0, 1, 1)] * 2
    assert fig.layout.yaxis.range[1] == pytest.approx(1.02) and not fig.layout.showlegend


def test_dots_stand_in_rows_from_the_top_in_the_order_given():
    fig = plots.dots_figure(BARS, "share right", "set", "k", lines=(0.4, 0.6))
    assert [*fig.layout.yaxis.categoryarray] == ["BCCD", "Delhi"], "plotly counts from below"
    assert {shape.x0 for shape in fig.layout.shapes} == {0.4, 0.6}
    assert "BCCD, 5: 0.90" in fig.layout.meta["alt"]


def test_a_line_may_have_a_name_and_a_long_name_is_folded():
    rows = BARS.assign(set="a laboratory with a very long name indeed")
    fig = plots.dots_figure(rows, "share right", "set", lines={"chance": 0.5})
    assert [note.text for note in fig.layout.annotations] == ["chance"]
    assert [*fig.layout.yaxis.categoryarray] == ["a laboratory with a very<br>long name indeed"]
    assert "a laboratory with a very long name indeed: 0.50" in fig.layout.meta["alt"]


def test_labels_are_kept_apart_and_in_their_order():
    rng = np.random.default_rng(0)
    for _ in range(50):
        heights, sizes = rng.random(6), rng.uniform(0.05, 0.2, 6)
        moved, order = np.array(spread(heights, sizes)), np.argsort(heights)
        gaps = np.diff(moved[order])
        assert (gaps > (sizes[order][1:] + sizes[order][:-1]) / 2 - 1e-9).all()
    assert spread([0.1, 0.9], [0.1, 0.1]) == pytest.approx([0.1, 0.9]), "none moves without need"


def test_a_forest_says_in_a_word_and_a_colour_what_an_interval_does():
    fig = plots.forest_figure({"cells": _table()}, "first")
    found = {trace.name: list(trace.y) for trace in fig.data}
    assert found == {"better": ["second"], "not told apart": ["third"]}
    assert "better: second" in fig.layout.meta["alt"]
    assert [shape.x0 for shape in fig.layout.shapes] == [0]
    (point,) = fig.data[0].x
    assert point == pytest.approx(0.1)


def test_a_forests_legend_lists_every_verdict_of_any_panel_once():
    worse = _table().assign(difference=-0.2, ci_low=-0.3, ci_high=-0.1)
    better = -worse.rename(columns={"ci_low": "ci_high", "ci_high": "ci_low"})
    fig = plots.forest_figure({"as they are": worse, "shifted": better}, "first")
    assert fig.layout.showlegend
    assert sorted(t.name for t in fig.data if t.showlegend) == ["better", "worse"]
    alone = plots.forest_figure({"as they are": worse}, "first")
    assert not alone.layout.showlegend, "one verdict needs no legend"


def test_a_confusion_names_classes_in_words_and_counts_their_cells():
    (heat,) = plots.confusion_figure(CONFUSION, COUNTS).data
    assert list(heat.y) == ["normal", "leukaemic"], "the most frequent first"
    assert heat.z.tolist() == [[0.6, 0.4], [0.25, 0.75]]
    assert heat.customdata[0][0].tolist() == [40, 24]
    fig = plots.confusion_figure(CONFUSION, COUNTS, ["all", "hem"])
    assert list(fig.data[0].x) == ["leukaemic", "normal"]
    assert "Recall: leukaemic 0.75; normal 0.60" in fig.layout.meta["alt"]


def test_a_ladder_is_a_line_of_means_for_each_partition():
    fig = plots.ladder_figure({"novel": SCORES}, {"A": "novel: some"})
    lines = {t.name: list(t.x) for t in fig.data if t.mode == "lines+markers"}
    assert lines["A"] == pytest.approx([0.515, 0.615, 0.515])
    assert lines["B"] == pytest.approx([0.615, 0.715, 0.615])
    assert any("novel: some" in (t.hovertemplate or "") for t in fig.data)


def test_k_curve_names_each_arm_where_it_ends():
    sweep = pd.DataFrame(
        {
            "arm": ["one", "two"] * 4,
            "k": [1, 1, 1, 1, 10, 10, 10, 10],
            "accuracy": [0.4, 0.5] * 2 + [0.6, 0.61] * 2,
        }
    )
    fig = plots.k_curve(sweep, "accuracy")
    ends = {note.text: (note.x, note.y) for note in fig.layout.annotations}
    assert ends == {"one": (1.0, pytest.approx(0.6)), "two": (1.0, pytest.approx(0.61))}
    assert not any(trace.showlegend for trace in fig.data)
    low, high = fig.layout.xaxis.range
    assert low < 0 and high > math.log10(10)


def test_growth_is_logarithmic_in_every_panel_and_titled():
    rows = pd.DataFrame(
        {
            "task": [f"growth with {name}" for name in "abc" for _ in "12"],
            "amount": [1, 10] * 3,
            "seconds": [0.1, 1.0] * 3,
        }
    )
    layout = plots.growth_figure(rows).layout
    axes = [layout[f"{axis}axis{n}"] for axis in "xy" for n in ("", 2, 3)]
    assert {axis.type for axis in axes} == {"log"}
    assert [axis.title.text for axis in axes[:4]] == ["a", "b", "c", "seconds"]


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plots.dots_figure(BARS.assign(set=BAD, labels=BAD), "k", "set", "labels"),
        lambda: plots.panels_figure(BARS.assign(set=BAD, labels=BAD), "k", "low", "labels", "set"),
        lambda: plots.answer_figure(ROWS.assign(cells=BAD, arm=BAD)),
        lambda: plots.curves_figure(ROWS.replace({"arm": {"report": BAD}}).assign(cells=BAD)),
        lambda: plots.forest_figure({BAD: _table().rename({"second": BAD})}, "first"),
        lambda: plots.confusion_figure(CONFUSION.replace("all", BAD), {BAD: 1, "hem": 2}),
        lambda: plots.ladder_figure({BAD: SCORES.replace({"first": BAD, "A": BAD})}, {BAD: BAD}),
    ],
    ids=FIGURES,
)
def test_no_figure_hands_a_name_to_plotly_as_markup(draw):
    fig = draw()
    fig.layout.meta = None
    texts = fig.to_json().replace("\\u003c", "<").replace("\\u003e", ">")
    assert "&lt;u&gt;" in texts.replace("\\u0026", "&")
    assert "<u>" not in texts and "$x$" not in texts


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda: plots.dots_figure(BARS, "k", "name"), "but lacked name"),
        (lambda: plots.panels_figure(BARS[:0], "k", "low"), "`rows` must have at least 1 row"),
        (lambda: plots.answer_figure(ROWS[:0]), "`rows` must have at least 1 row"),
        (lambda: plots.curves_figure(ROWS.drop(columns="low")), "but lacked low"),
        (lambda: plots.forest_figure({"x": pd.DataFrame()}, "a"), r"`tables\['x'\]` must have"),
        (lambda: plots.confusion_figure(pd.DataFrame(), {}), "label, predicted, share"),
        (
            lambda: plots.ladder_figure({"x": SCORES[["arm"]]}),
            "but lacked partition, balanced_accuracy",
        ),
    ],
)
def test_what_is_missing_is_named(draw, words):
    with pytest.raises(ValueError, match=words):
        draw()


def test_names_are_put_in_words_and_others_stay():
    assert plots.in_words("hem") == "normal"
    assert plots.in_words("aam+consistency") == "report's recipe"
    assert plots.in_words("blast") == "blast"
