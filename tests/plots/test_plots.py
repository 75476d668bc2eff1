import base64
import io
import json
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import plotly.io as pio
import pytest
from PIL import Image

from bloodshot_lib import (
    FewShotClassifier,
    classification_table,
    colour_facts,
    k_sweep,
    pca_map,
    plots,
)
from bloodshot_lib.plots.renderer import BookRenderer


@pytest.fixture
def sweep(embeddings):
    arms = [
        k_sweep(*embeddings, ks=(1, 5), n_episodes=6, rng=1).assign(arm=arm)
        for arm in ("softmax", "aam")
    ]
    return pd.concat(arms, ignore_index=True)


HISTORY = pd.DataFrame(
    {"epoch": [1, 2], "loss": [2.0, 1.0], "val_loss": [2.0, 1.5], "val_accuracy": [0.4, 0.7]}
)
IMAGES = np.random.default_rng(0).integers(0, 255, (5, 16, 16, 3), dtype=np.uint8)
TABLE = pd.DataFrame(
    {"label": list("aabbb"), "subject": list("xyzzz"), "split": ["p", "p", "p", "q", "q"]}
)
CLASSIFIER = FewShotClassifier("cosine").fit(np.eye(2), ["a", "b"])
MISTAKES = pd.DataFrame(
    {"cell": [4, 0], "label": ["b", "a"], "wrong": [0.9, 0.5], "neighbours": [[0, 1], [2, 3]]}
)
MAPS = np.random.default_rng(0).normal(size=(5, 4, 4))
FIGURES = {
    "cell_grid": lambda sweep: plots.cell_grid(IMAGES, TABLE["label"], note="synthetic"),
    "shifts": lambda sweep: plots.shift_figure(IMAGES, note="synthetic"),
    "class_counts": lambda sweep: plots.class_counts(TABLE, note="synthetic"),
    "subject_counts": lambda sweep: plots.subject_counts(TABLE, note="synthetic"),
    "colour_facts": lambda sweep: plots.colour_facts_figure(
        {"source": colour_facts(IMAGES)}, note="synthetic"
    ),
    "margin": lambda sweep: plots.margin_figure(28.6, 64.0),
    "training": lambda sweep: plots.training_curves({"aam": HISTORY}, note="synthetic"),
    "per_class": lambda sweep: plots.per_class_figure(
        classification_table(list("aab"), list("abb")), note="synthetic"
    ),
    "arms": lambda sweep: plots.arms_figure(
        sweep, 0.6, ("accuracy", "auroc"), note="synthetic"
    ),
    "pca": lambda sweep: plots.pca_scatter(*_map(), note="synthetic"),
    "verdicts": lambda sweep: plots.verdict_figure(
        IMAGES[:3], list("aba"), np.eye(3, 2), CLASSIFIER, "synthetic"
    ),
    "mistakes": lambda sweep: plots.mistakes_figure(
        MISTAKES, IMAGES, IMAGES, TABLE["label"], "synthetic"
    ),
    "occlusion": lambda sweep: plots.occlusion_figure(
        IMAGES, MAPS, list("abcde"), "synthetic"
    ),
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
        assert (
            "synthetic" in [a.text for a in fig.layout.annotations]
            and "(synthetic)" in fig.layout.meta["alt"]
        )
    json.loads(fig.to_json())


def test_figures_show_the_numbers_they_are_given(sweep):
    assert list(plots.class_counts(TABLE).data[0].x) == [2, 3]
    assert sum(trace.y.sum() for trace in plots.subject_counts(TABLE).data) == 5
    curve = plots.k_curve(sweep[sweep["arm"] == "aam"], "accuracy").data[-1]
    means = sweep[sweep["arm"] == "aam"].groupby("k")["accuracy"].mean()
    assert list(curve.x) == [1, 5] and list(curve.y) == pytest.approx(means.tolist())
    dots = {
        trace.y[0]: trace.x[0] for trace in plots.arms_figure(sweep, 0.6, ("accuracy",)).data
    }
    assert dots == pytest.approx(sweep.groupby("arm")["accuracy"].mean().to_dict())


def test_a_figure_by_express_gets_the_books_titles_and_alternative_text():
    rows = pd.DataFrame({"x": [1, 2], "y": [1, 2], "set": ["a = b", "c"]})
    fig = px.scatter(rows, x="x", y="y", facet_col="set", labels={"y": ""})
    assert plots.finish(plots.title_panels(fig), "Two dots.", "drawn") is fig
    assert [text.text for text in fig.layout.annotations] == ["a = b", "c", "drawn"]
    assert fig.layout.meta["alt"] == "Two dots. (drawn)"
    assert fig.layout.yaxis.title.text is None and fig.layout.xaxis.title.text == "x"


def test_larger_cells_make_a_taller_grid():
    usual, large = (plots.cell_grid(IMAGES, TABLE["label"], side=side) for side in (72, 144))
    assert large.layout.height - usual.layout.height == 2 * 54
    words = plots.cell_grid(IMAGES, ["neutrophil (band)"] * 5).layout.yaxis.ticktext
    assert words == ("neutrophil<br>(band)",)


def test_the_commonest_class_has_the_top_bar():
    table = classification_table(list("aab"), list("aaa"))
    (bars,) = plots.per_class_figure(table).data
    assert list(bars.y) == ["b, 1", "a, 2"] and list(bars.text) == ["0.00", "0.80"]


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
    assert f'aria-label="{fig.layout.meta["alt"]}"' in first["text/html"]
    assert (
        "http" not in first["text/html"].replace("http://www.w3.org", "")
        and "<script src" not in first["text/html"]
    )
    assert len(first["text/html"]) < 20_000


class _Labels(HTMLParser):
    def handle_starttag(self, tag, attributes):
        self.tags = [*getattr(self, "tags", []), tag]
        self.label = getattr(self, "label", dict(attributes).get("aria-label"))


HOSTILE = [
    '"><img src=x onerror=alert(2)>',
    "Größe",
    "a<b>c",
    "</script><script>alert(3)</script>",
    "$x$ & <a href='javascript:alert(4)'>y</a>",
    "R&amp;D",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_the_alternative_text_is_read_out_exactly_as_it_was_given(name):
    page = BookRenderer().to_mimebundle(
        plots.class_counts(pd.DataFrame({"label": [name]})).to_dict()
    )
    parser = _Labels()
    parser.feed(page["text/html"])
    assert parser.label == f"Bars of cells per class, from {name} with 1 to {name} with 1."
    assert set(parser.tags) == {"div", "script"}


@pytest.mark.parametrize("meta", [None, "alt", ["alt"], {}])
def test_a_figure_without_an_alternative_text_is_shown_too(meta):
    page = BookRenderer().to_mimebundle(
        go.Figure(go.Bar(y=[1]), layout={"meta": meta}).to_dict()
    )
    assert 'aria-label=""' in page["text/html"]


def _texts(figure):
    """Every text of a figure that plotly reads as markup: all strings but addresses of images
    and colours.
    """
    if isinstance(figure, dict):
        return [
            text
            for key, value in figure.items()
            if key not in ("meta", "template", "source", "legendgroup")
            for text in _texts(value)
        ]
    if isinstance(figure, list | tuple | np.ndarray):
        return [text for value in figure for text in _texts(value)]
    return [figure] if isinstance(figure, str) else []


@pytest.mark.parametrize(
    "figure",
    [
        lambda bad: plots.cell_grid(IMAGES, [bad] * 5),
        lambda bad: plots.class_counts(pd.DataFrame({"label": [bad]}), note=bad),
        lambda bad: plots.subject_counts(
            pd.DataFrame({"label": [bad], "subject": [bad], "split": [bad]})
        ),
        lambda bad: plots.colour_facts_figure({bad: colour_facts(IMAGES)}),
        lambda bad: plots.training_curves({bad: HISTORY}),
        lambda bad: plots.per_class_figure(classification_table([bad, "a"], [bad, "a"])),
        lambda bad: plots.arms_figure(
            pd.DataFrame({"arm": [bad] * 2, bad: [0.5, 0.6]}), None, (bad,)
        ),
        lambda bad: plots.k_curve(
            pd.DataFrame({"arm": [bad] * 2, "k": [1, 2], bad: [0.5, 0.6]}), bad, (0.5, bad)
        ),
        lambda bad: plots.pca_scatter(
            *_map()[:1], [bad] * 20, _map()[2], bad, details=pd.DataFrame({bad: [bad] * 20})
        ),
        lambda bad: plots.verdict_figure(
            IMAGES[:1],
            [bad],
            np.eye(1, 2),
            FewShotClassifier("cosine").fit(np.eye(2), [bad, "b"]),
        ),
        lambda bad: plots.mistakes_figure(
            MISTAKES.assign(label=bad), IMAGES, IMAGES, [bad] * 5
        ),
        lambda bad: plots.occlusion_figure(IMAGES[:1], MAPS[:1], [bad]),
        lambda bad: plots.ratio_figure(
            pd.DataFrame(
                {
                    "task": [bad],
                    "way": [bad],
                    "seconds": [1.0],
                    "least": [1.0],
                    "most": [2.0],
                    "times_obvious": [2.0],
                }
            )
        ),
        lambda bad: plots.growth_figure(
            pd.DataFrame({"task": [f"growth with {bad}"], "amount": [1], "seconds": [1.0]})
        ),
    ],
    ids=range(14),
)
def test_no_figure_hands_a_name_to_plotly_as_markup(figure):
    texts = "".join(_texts(figure("<u>é</u> & $x$").to_dict()))
    assert "&lt;u&gt;é&lt;/u&gt; &amp; &#36;x&#36;" in texts
    assert "<u>" not in texts and "& " not in texts and "$" not in texts


def test_no_class_split_or_domain_is_left_out_of_a_figure():
    rows = [
        {"split": split, "subject": f"s{n}", "label": f"class {n}"}
        for split, numbers in (("p", (0, 1, 2)), ("q", range(8)))
        for n in numbers
    ]
    fig = plots.subject_counts(pd.DataFrame(rows))
    assert sum(trace.y.sum() for trace in fig.data) == len(rows)
    assert sorted(trace.name for trace in fig.data if trace.showlegend) == [
        f"class {n}" for n in range(8)
    ]
    colours = {(trace.name, trace.marker.color) for trace in fig.data}
    assert len(colours) == 8, "a class has one colour in every split"
    domains = plots.colour_facts_figure({name: colour_facts(IMAGES) for name in "abcdefg"})
    assert [trace.name for trace in domains.data] == list("abcdefg")


def test_classes_and_arms_named_by_numbers_are_names():
    assert (
        plots.class_counts(pd.DataFrame({"label": ["1", "1", "10"]})).layout.yaxis.type
        == "category"
    )
    arms = plots.arms_figure(
        pd.DataFrame({"arm": ["1", "20"], "accuracy": [0.5, 0.6]}), 0.5, ("accuracy",)
    )
    assert arms.layout.yaxis.type == "category"


EMPTY = pd.DataFrame()


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda: plots.cell_grid(IMAGES[:0], []), "must hold at least one cell"),
        (lambda: plots.cell_grid(IMAGES, list("ab")), "had 2 for 5 cells"),
        (lambda: plots.cell_grid(IMAGES / 255, list("aabbb")), "`images` must be uint8"),
        (lambda: plots.cell_grid(IMAGES, list("aabbb"), per_class=0), "`per_class` .* but was 0"),
        (lambda: plots.cell_grid(IMAGES, list("aabbb"), side=2.5), r"`side` .* but was 2\.5"),
        (lambda: plots.shift_figure(IMAGES[:0]), "must hold at least one cell"),
        (lambda: plots.class_counts(TABLE[:0]), "at least 1 row"),
        (lambda: plots.class_counts(TABLE["label"]), "must be a table"),
        (
            lambda: plots.class_counts(TABLE.assign(label=[None, *"abbb"])),
            "1 of 5 `label` are missing",
        ),
        (lambda: plots.subject_counts(TABLE.drop(columns="subject")), "but lacked subject;"),
        (
            lambda: plots.colour_facts_figure({"source": EMPTY}),
            r"`facts\['source'\]` must have the columns red",
        ),
        (
            lambda: plots.training_curves({"aam": HISTORY[:0]}),
            r"`histories\['aam'\]` must have at least 1 row",
        ),
        (lambda: plots.per_class_figure(EMPTY), "but lacked cells, f1"),
        (lambda: plots.arms_figure(EMPTY, 0.5), "`episodes` must have the columns arm, accuracy"),
        (lambda: plots.k_curve(EMPTY), "`sweep` must have the columns k, balanced_accuracy"),
        (
            lambda: plots.k_curve(pd.DataFrame({"k": [], "accuracy": []}), "accuracy"),
            "at least 1 row, but had 0",
        ),
        (
            lambda: plots.pca_scatter(EMPTY, [], [0.5, 0.1], "class"),
            "`coordinates` must have the columns pc1, pc2",
        ),
        (
            lambda: plots.pca_scatter(_map()[0], ["a"], [0.5, 0.1], "class"),
            "had 1 for 20 cells",
        ),
        (
            lambda: plots.pca_scatter(*_map(), images=IMAGES),
            "`images` must have one row for each cell, but had 5 for 20",
        ),
        (
            lambda: plots.verdict_figure(IMAGES, ["a"], np.eye(5, 2), CLASSIFIER),
            "had 1 for 5 cells",
        ),
        (
            lambda: plots.mistakes_figure(MISTAKES[:0], IMAGES, IMAGES, TABLE["label"]),
            "`mistakes` must have at least 1",
        ),
        (lambda: plots.occlusion_figure(IMAGES[:0], MAPS[:0], []), "at least one cell"),
        (lambda: plots.occlusion_figure(IMAGES, MAPS[:2], list("abcde")), "for 5 cells"),
        (lambda: plots.occlusion_figure(IMAGES, MAPS * np.nan, list("abcde")), "finite"),
        (lambda: plots.occlusion_figure(IMAGES, MAPS, ["a"]), "had 1 for 5 cells"),
        (lambda: plots.ratio_figure(EMPTY), "`rows` must have the columns task, way"),
        (lambda: plots.growth_figure(EMPTY), "`rows` must have the columns task, amount"),
    ],
)
def test_empty_frames_and_missing_columns_are_named(draw, words):
    with pytest.raises(ValueError, match=words):
        draw()


def test_the_style_is_the_default_only_when_asked_for(monkeypatch):
    monkeypatch.setattr(pio.templates, "default", "plotly")
    before = pio.renderers.default
    plots.use_book_style()
    try:
        assert pio.templates.default == "bloodshot" and pio.renderers.default == "bloodshot"
    finally:
        pio.renderers.default = before


def test_a_class_has_one_colour_in_every_figure():
    by_class = plots.pca_scatter(
        pd.DataFrame({"pc1": [0, 1, 2], "pc2": 0}), list("bab"), np.array([0.5, 0.1]), "class"
    )
    verdicts = plots.verdict_figure(IMAGES[:1], ["a"], np.eye(1, 2), CLASSIFIER)
    colours = [
        {trace.name.split()[-1]: trace.marker.color for trace in fig.data if trace.name}
        for fig in (by_class, verdicts)
    ]
    assert colours[0] == colours[1] and len(set(colours[0].values())) == 2


def test_cells_without_a_label_are_grey_below_the_others_on_a_map():
    coordinates, labels, shares, what = _map()
    partly = pd.Series(labels, dtype=object).where(np.arange(20) < 4)
    fig = plots.pca_scatter(coordinates, partly, shares, what)
    assert [trace.name for trace in fig.data] == ["not labelled", *sorted(set(labels))]
    assert [len(trace.x) for trace in fig.data] == [16, 2, 2]
    colours = [trace.marker.color for trace in fig.data]
    assert colours == [plots.renderer.GREY, *plots.style.GROUP_COLOURS[:2]]


def test_every_dot_of_the_map_knows_its_cell():
    images = np.stack([np.full((8, 8, 3), 10 * n, np.uint8) for n in range(20)])
    coordinates, labels, shares, what = _map()
    fig = plots.pca_scatter(coordinates, labels, shares, what, images=images)
    assert [list(trace.customdata) for trace in fig.data] == [
        list(range(0, 20, 2)),
        list(range(1, 20, 2)),
    ]
    sprite = fig.layout.meta["sprite"]
    decoded = Image.open(io.BytesIO(base64.b64decode(sprite["source"].split(",")[1])))
    assert decoded.size == (sprite["columns"] * sprite["side"], sprite["rows"] * sprite["side"])
    middle = [decoded.getpixel((n % 20 * 48 + 24, n // 20 * 48 + 24))[0] for n in range(20)]
    np.testing.assert_allclose(middle, [10 * n for n in range(20)], atol=3)


def test_verdicts_are_the_classifiers_and_say_what_was_right():
    fig = plots.verdict_figure(
        IMAGES[:2], ["a", "a"], np.array([[2.0, 1.0], [1.0, 2.0]]), CLASSIFIER
    )
    assert [note.text for note in fig.layout.annotations] == [
        "<b>a</b><br>right",
        "<b>b</b><br>wrong, it is<br>a",
    ]
    (to_a,) = [trace for trace in fig.data if trace.name == "cosine to a"]
    np.testing.assert_allclose(to_a.x, [2 / 5**0.5, 1 / 5**0.5])


def test_maps_lie_under_their_cells_on_one_scale_about_zero():
    fig = plots.occlusion_figure(IMAGES, MAPS, list("abcde"))
    heat = [trace for trace in fig.data if trace.type == "heatmap"]
    np.testing.assert_allclose([trace.z for trace in heat], MAPS, atol=1e-3)
    assert {trace.coloraxis for trace in heat} == {"coloraxis"}
    scale = fig.layout.coloraxis
    assert scale.cmax == -scale.cmin == pytest.approx(np.abs(MAPS).max())
    names = {note.text: note.x for note in fig.layout.annotations}
    lefts = [trace.x0 - trace.dx / 2 for trace in heat]
    np.testing.assert_allclose([names[name] - 0.5 for name in "abcde"], lefts, atol=1e-9)
    blank = plots.occlusion_figure(IMAGES, 0 * MAPS, list("abcde"))
    assert blank.layout.coloraxis.cmax == 1, "nothing moved"


def test_ratios_and_growth_come_from_the_benchmarks_rows():
    rows = pd.DataFrame(
        {
            "task": ["t", "t", "growth with shots", "growth with shots"],
            "way": ["obvious", "ours", "ours", "ours"],
            "seconds": [8.0, 2.0, 0.1, 0.2],
            "least": [6.0, 1.0, 0.1, 0.2],
            "most": [9.0, 4.0, 0.1, 0.2],
            "amount": [1, 1, 1, 10],
            "times_obvious": [1, 4, None, None],
        }
    )
    (points,) = plots.ratio_figure(rows).data
    assert (
        list(points.x) == [4]
        and list(points.error_x.array) == [4]
        and list(points.error_x.arrayminus) == [2]
    )
    (line,) = plots.growth_figure(rows).data
    assert list(line.x) == [1, 10] and list(line.y) == [0.1, 0.2]


def test_details_on_a_map_have_few_digits():
    details = pd.DataFrame({"certainty": np.full(20, 0.85, np.float32), "unlike": [True] * 20})
    fig = plots.pca_scatter(*_map(), details=details)
    assert set(fig.data[0].text) == {"certainty: 0.85<br>unlike: True"}


def test_the_bar_of_a_map_shows_its_colours_as_on_a_light_grey_cell():
    """So 0, where the cell is seen as it is, is light on a dark page too."""
    fig = plots.occlusion_figure(IMAGES, MAPS, list("abcde"))
    (marker,) = [trace.marker for trace in fig.data if trace.type == "scatter"]
    assert (marker.cmin, marker.cmax) == (fig.layout.coloraxis.cmin, fig.layout.coloraxis.cmax)
    assert not fig.layout.coloraxis.showscale and marker.colorbar.title.text
    for (at, over), (place, seen) in zip(
        fig.layout.coloraxis.colorscale, marker.colorscale, strict=True
    ):
        *ink, opacity = map(float, over[5:-1].split(","))
        mixed = [round(opacity * part + (1 - opacity) * 220) for part in ink]
        assert (at, seen) == (place, "rgb({},{},{})".format(*mixed))
