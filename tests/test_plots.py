import base64
import io
import json

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio
import pytest
from PIL import Image

from bloodshot_lib import FewShotClassifier, classification_table, colour_facts, k_sweep, pca_map, plots
from bloodshot_lib.renderer import BookRenderer


@pytest.fixture
def sweep(embeddings):
    arms = [k_sweep(*embeddings, ks=(1, 5), n_episodes=6, rng=1).assign(arm=arm) for arm in ("softmax", "aam")]
    return pd.concat(arms, ignore_index=True)


HISTORY = pd.DataFrame({"epoch": [1, 2], "loss": [2.0, 1.0], "val_loss": [2.0, 1.5], "val_accuracy": [0.4, 0.7]})
IMAGES = np.random.default_rng(0).integers(0, 255, (5, 16, 16, 3), dtype=np.uint8)
TABLE = pd.DataFrame({"label": list("aabbb"), "subject": list("xyzzz"), "split": ["p", "p", "p", "q", "q"]})
CLASSIFIER = FewShotClassifier("cosine").fit(np.eye(2), ["a", "b"])
MISTAKES = pd.DataFrame({"cell": [4, 0], "label": ["b", "a"], "wrong": [0.9, 0.5], "neighbours": [[0, 1], [2, 3]]})
FIGURES = {
    "cell_grid": lambda sweep: plots.cell_grid(IMAGES, TABLE["label"], note="synthetic"),
    "shifts": lambda sweep: plots.shift_figure(IMAGES, note="synthetic"),
    "class_counts": lambda sweep: plots.class_counts(TABLE, note="synthetic"),
    "subject_counts": lambda sweep: plots.subject_counts(TABLE, note="synthetic"),
    "colour_facts": lambda sweep: plots.colour_facts_figure({"source": colour_facts(IMAGES)}, note="synthetic"),
    "margin": lambda sweep: plots.margin_figure(28.6, 64.0),
    "training": lambda sweep: plots.training_curves({"aam": HISTORY}, note="synthetic"),
    "per_class": lambda sweep: plots.per_class_figure(classification_table(list("aab"), list("abb")), note="synthetic"),
    "arms": lambda sweep: plots.arms_figure(sweep, 0.6, ("accuracy", "auroc"), note="synthetic"),
    "pca": lambda sweep: plots.pca_scatter(*_map(), note="synthetic"),
    "verdicts": lambda sweep: plots.verdict_figure(IMAGES[:3], list("aba"), np.eye(3, 2), CLASSIFIER, "synthetic"),
    "mistakes": lambda sweep: plots.mistakes_figure(MISTAKES, IMAGES, IMAGES, TABLE["label"], "synthetic"),
    "k_curve": lambda sweep: plots.k_curve(sweep, line=(0.5, "chance"), note="synthetic"),
}


def _map():
    coordinates, shares = pca_map(np.random.default_rng(0).normal(size=(20, 4)))
    return coordinates, ["a", "b"] * 10, shares, "class"


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_marks_an_alternative_text_and_its_note(name, sweep):
    fig = FIGURES[name](sweep)
    assert isinstance(fig, go.Figure) and len(fig.data) > 0
    assert len(fig.layout.meta["alt"]) > 30
    if name != "margin":
        assert "synthetic" in [a.text for a in fig.layout.annotations] and "(synthetic)" in fig.layout.meta["alt"]
    json.loads(fig.to_json())


def test_figures_show_the_numbers_they_are_given(sweep):
    assert list(plots.class_counts(TABLE).data[0].x) == [2, 3]
    assert sum(trace.y.sum() for trace in plots.subject_counts(TABLE).data) == 5
    curve = plots.k_curve(sweep[sweep["arm"] == "aam"], "accuracy").data[-1]
    means = sweep[sweep["arm"] == "aam"].groupby("k")["accuracy"].mean()
    assert list(curve.x) == [1, 5] and list(curve.y) == pytest.approx(means.tolist())
    dots = {trace.y[0]: trace.x[0] for trace in plots.arms_figure(sweep, 0.6, ("accuracy",)).data}
    assert dots == pytest.approx(sweep.groupby("arm")["accuracy"].mean().to_dict())


def test_the_majority_line_stands_where_accuracy_does(sweep):
    lines = [shape.x0 for shape in plots.arms_figure(sweep, 0.61, chance=0.5).layout.shapes]
    assert lines == [0.61, 0.5]
    assert len(plots.arms_figure(sweep, 0.61).layout.shapes) == 1


def test_the_plain_margin_turns_back_and_the_monotone_does_not():
    none, plain, monotone = (trace.y for trace in plots.margin_figure(28.6, 64.0).data)
    assert plain[-1] < plain[150] and (np.diff(monotone) > -1e-9).all()
    assert (plain[:150] >= none[:150]).all() and plain[90] > none[90]


def test_the_renderer_serves_jupyterlab_and_the_offline_book():
    renderer = BookRenderer()
    fig = plots.class_counts(TABLE)
    first, second = (renderer.to_mimebundle(fig.to_dict()) for _ in range(2))
    assert set(first) == {"application/vnd.plotly.v1+json", "text/html"}
    assert 'id="fig-1"' in first["text/html"] and 'id="fig-2"' in second["text/html"]
    assert f'aria-label={json.dumps(fig.layout.meta["alt"])}' in first["text/html"]
    assert "http" not in first["text/html"].replace("http://www.w3.org", "") and "<script src" not in first["text/html"]
    assert len(first["text/html"]) < 20_000


def test_the_style_is_the_default_only_when_asked_for(monkeypatch):
    monkeypatch.setattr(pio.templates, "default", "plotly")
    before = pio.renderers.default
    plots.use_book_style()
    try:
        assert pio.templates.default == "bloodshot" and pio.renderers.default == "bloodshot"
    finally:
        pio.renderers.default = before


def test_a_class_has_one_colour_in_every_figure():
    by_class = plots.pca_scatter(pd.DataFrame({"pc1": [0, 1, 2], "pc2": 0}), list("bab"), np.array([0.5, 0.1]), "class")
    verdicts = plots.verdict_figure(IMAGES[:1], ["a"], np.eye(1, 2), CLASSIFIER)
    colours = [{trace.name.split()[-1]: trace.marker.color for trace in fig.data if trace.name}
               for fig in (by_class, verdicts)]
    assert colours[0] == colours[1] and len(set(colours[0].values())) == 2


def test_every_dot_of_the_map_knows_its_cell():
    images = np.stack([np.full((8, 8, 3), 10 * n, np.uint8) for n in range(20)])
    coordinates, labels, shares, what = _map()
    fig = plots.pca_scatter(coordinates, labels, shares, what, images=images)
    assert [list(trace.customdata) for trace in fig.data] == [list(range(0, 20, 2)), list(range(1, 20, 2))]
    sprite = fig.layout.meta["sprite"]
    decoded = Image.open(io.BytesIO(base64.b64decode(sprite["source"].split(",")[1])))
    assert decoded.size == (sprite["columns"] * sprite["side"], sprite["rows"] * sprite["side"])
    middle = [decoded.getpixel((n % 20 * 48 + 24, n // 20 * 48 + 24))[0] for n in range(20)]
    np.testing.assert_allclose(middle, [10 * n for n in range(20)], atol=3)


def test_verdicts_are_the_classifiers_and_say_what_was_right():
    fig = plots.verdict_figure(IMAGES[:2], ["a", "a"], np.array([[2.0, 1.0], [1.0, 2.0]]), CLASSIFIER)
    assert [note.text for note in fig.layout.annotations] == ["<b>a</b><br>right", "<b>b</b><br>wrong, it is a"]
    (to_a,) = [trace for trace in fig.data if trace.name == "cosine to a"]
    np.testing.assert_allclose(to_a.x, [2 / 5**0.5, 1 / 5**0.5])


def test_ratios_and_growth_come_from_the_benchmarks_rows():
    rows = pd.DataFrame({
        "task": ["t", "t", "growth with shots", "growth with shots"], "way": ["obvious", "ours", "ours", "ours"],
        "seconds": [8.0, 2.0, 0.1, 0.2], "least": [6.0, 1.0, 0.1, 0.2], "most": [9.0, 4.0, 0.1, 0.2],
        "amount": [1, 1, 1, 10], "times_obvious": [1, 4, None, None]})
    (points,) = plots.ratio_figure(rows).data
    assert list(points.x) == [4] and list(points.error_x.array) == [4] and list(points.error_x.arrayminus) == [2]
    (line,) = plots.growth_figure(rows).data
    assert list(line.x) == [1, 10] and list(line.y) == [0.1, 0.2]
