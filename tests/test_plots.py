import json

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio
import pytest

from bloodshot_lib import classification_table, colour_facts, k_sweep, pca_map, plots
from bloodshot_lib.renderer import BookRenderer


@pytest.fixture
def sweep(embeddings):
    arms = [k_sweep(*embeddings, ks=(1, 5), n_episodes=6, rng=1).assign(arm=arm) for arm in ("softmax", "aam")]
    return pd.concat(arms, ignore_index=True)


HISTORY = pd.DataFrame({"epoch": [1, 2], "loss": [2.0, 1.0], "val_loss": [2.0, 1.5], "val_accuracy": [0.4, 0.7]})
IMAGES = np.random.default_rng(0).integers(0, 255, (5, 16, 16, 3), dtype=np.uint8)
TABLE = pd.DataFrame({"label": list("aabbb"), "subject": list("xyzzz"), "split": ["p", "p", "p", "q", "q"]})
FIGURES = {
    "cell_grid": lambda sweep: plots.cell_grid(IMAGES, TABLE["label"], note="synthetic"),
    "class_counts": lambda sweep: plots.class_counts(TABLE, note="synthetic"),
    "subject_counts": lambda sweep: plots.subject_counts(TABLE, note="synthetic"),
    "colour_facts": lambda sweep: plots.colour_facts_figure({"source": colour_facts(IMAGES)}, note="synthetic"),
    "margin": lambda sweep: plots.margin_figure(28.6, 64.0),
    "training": lambda sweep: plots.training_curves({"aam": HISTORY}, note="synthetic"),
    "per_class": lambda sweep: plots.per_class_figure(classification_table(list("aab"), list("abb")), note="synthetic"),
    "arms": lambda sweep: plots.arms_figure(sweep, 0.6, ("accuracy", "auroc"), note="synthetic"),
    "pca": lambda sweep: plots.pca_scatter(*_map(), note="synthetic"),
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
