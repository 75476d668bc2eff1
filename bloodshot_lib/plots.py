"""Every figure of the book: frames and arrays in, a plotly figure out.

`note` (a profile's own: "synthetic cells") is printed in the figure's corner, so that it travels with the figure.
"""

import base64
import io
from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import torch
from PIL import Image
from plotly.subplots import make_subplots

from .losses import AAMSoftmax
from .renderer import BLUE, GREEN, GREY, INK, ORANGE, PINK, RED, SKY, use_book_style
from .uncertainty import summarise

__all__ = ["arms_figure", "cell_grid", "class_counts", "colour_facts_figure", "k_curve", "margin_figure", "pca_scatter",
           "per_class_figure", "subject_counts", "training_curves", "use_book_style"]

ARM_COLOURS = {"softmax": ORANGE, "aam": BLUE, "aam+rotation": SKY, "aam+consistency": GREEN,
               "aam+consistency, reflected": PINK}
ARM_SYMBOLS = {"softmax": "circle", "aam": "square", "aam+rotation": "cross", "aam+consistency": "diamond",
               "aam+consistency, reflected": "triangle-up"}
METRIC_NAMES = {"accuracy": "accuracy", "balanced_accuracy": "balanced accuracy", "macro_f1": "macro F1",
                "weighted_f1": "weighted F1", "auroc": "AUROC"}


def cell_grid(images: np.ndarray, labels: Sequence[str], per_class: int = 6, side: int = 72,
              note: str = "") -> go.Figure:
    """The first cells of every class, a row a class."""
    labels = np.asarray(labels, dtype=str)
    classes = sorted(set(labels))
    mosaic = Image.new("RGB", (per_class * side, len(classes) * side), "white")
    for row, label in enumerate(classes):
        for column, index in enumerate(np.flatnonzero(labels == label)[:per_class]):
            tile = Image.fromarray(np.asarray(images[index])).resize((side - 2, side - 2), Image.Resampling.LANCZOS)
            mosaic.paste(tile, (column * side + 1, row * side + 1))
    buffer = io.BytesIO()
    mosaic.save(buffer, "JPEG", quality=85)
    source = "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()
    fig = go.Figure(go.Image(source=source, hoverinfo="skip"))
    fig.update_xaxes(visible=False)
    fig.update_yaxes(tickvals=side * (np.arange(len(classes)) + 0.5), ticktext=classes, showgrid=False, ticks="")
    fig.update_layout(height=60 + 54 * len(classes))
    return _finish(fig, f"Sample cells of the classes {', '.join(classes)}, one row each.", note)


def class_counts(table: pd.DataFrame, note: str = "") -> go.Figure:
    """Cells per class, on a logarithmic axis."""
    counts = table["label"].value_counts().sort_values()
    fig = go.Figure(go.Bar(x=counts, y=counts.index, orientation="h", marker_color=BLUE, text=counts,
                           textposition="outside", cliponaxis=False))
    fig.update_xaxes(type="log", dtick=1, title="cells (logarithmic)")
    fig.update_layout(height=90 + 24 * len(counts), margin_r=60)
    return _finish(fig, f"Bars of cells per class, from {counts.index[-1]} with {counts.iloc[-1]} "
                        f"to {counts.index[0]} with {counts.iloc[0]}.", note)


def subject_counts(table: pd.DataFrame, note: str = "") -> go.Figure:
    """Cells per subject in each split, coloured by class; the longest bar first."""
    counts = table.groupby(["split", "subject", "label"]).size().rename("cells").reset_index()
    splits = sorted(counts["split"].unique())
    fig = make_subplots(1, len(splits), shared_yaxes=True, subplot_titles=splits, horizontal_spacing=0.02)
    for column, split in enumerate(splits, 1):
        part = counts[counts["split"] == split].sort_values("cells", ascending=False)
        for (label, rows), colour in zip(part.groupby("label"), (BLUE, ORANGE, GREEN, PINK), strict=False):
            fig.add_bar(x=rows["subject"], y=rows["cells"], name=label, marker_color=colour, legendgroup=label,
                        showlegend=column == 1, row=1, col=column)
    fig.update_xaxes(type="category", tickfont_size=10)
    fig.update_yaxes(title="cells", col=1)
    fig.update_layout(legend_y=1.12, margin_t=60)
    largest = counts.loc[counts["cells"].idxmax()]
    return _finish(fig, f"Bars of cells per subject in the splits {', '.join(splits)}. The largest subject, "
                        f"{largest['subject']}, has {largest['cells']} cells.", note)


def colour_facts_figure(facts: dict[str, pd.DataFrame], note: str = "") -> go.Figure:
    """Distributions of the mean colour and of the border's brightness, one group of boxes per domain."""
    fig = go.Figure()
    for (domain, frame), colour in zip(facts.items(), (BLUE, ORANGE), strict=False):
        long = frame[["red", "green", "blue", "border"]].melt()
        fig.add_box(x=long["variable"], y=long["value"], name=domain, marker_color=colour, boxpoints=False)
    fig.update_layout(boxmode="group")
    fig.update_yaxes(title="brightness (0 black, 255 white)", range=[-5, 260])
    medians = "; ".join(f"{domain} {frame['border'].median():.0f}" for domain, frame in facts.items())
    return _finish(fig, f"Boxes of mean red, green, blue and border brightness. Median border: {medians}.", note)


def margin_figure(margin_deg: float, scale: float, n_classes: int = 2) -> go.Figure:
    """AAM-Softmax of one sample against its angle to the true class's direction, the other classes at right angles."""
    degrees = np.linspace(0, 180, 181)
    angle = torch.deg2rad(torch.from_numpy(degrees))
    samples = torch.stack([angle.cos(), *[torch.zeros_like(angle)] * (n_classes - 1), angle.sin()], dim=1)
    fig = go.Figure()
    forms = {"no margin": (0.0, False), "plain": (margin_deg, False), "monotone": (margin_deg, True)}
    for (name, (margin, monotone)), colour, dash in zip(forms.items(), (GREY, BLUE, GREEN), ("dot", "solid", "dash"),
                                                        strict=True):
        loss = AAMSoftmax(n_classes, n_classes + 1, margin, scale, monotone).double()
        loss.weight.data = torch.eye(n_classes, n_classes + 1, dtype=torch.float64)
        values = loss(samples, torch.zeros(len(angle), dtype=torch.long), reduction="none").detach().numpy()
        fig.add_scatter(x=degrees, y=values, name=name, line={"color": colour, "dash": dash})
    fig.add_vline(x=180 - margin_deg, line_dash="dash", line_color=GREY, annotation_text="180° less the margin",
                  annotation_font_color="#666666", annotation_position="top left")
    fig.update_xaxes(title="angle to the true class (degrees)", dtick=30)
    fig.update_yaxes(title="loss")
    return _finish(fig, "Loss against angle: with a margin it rises earlier; past 180 degrees less the margin the "
                        "plain form falls again and the monotone form does not.", "")


def training_curves(histories: dict[str, pd.DataFrame], note: str = "") -> go.Figure:
    """Training and validation loss (left) and validation accuracy (right) after each epoch, a colour per arm."""
    fig = make_subplots(1, 2, subplot_titles=("loss", "validation accuracy"), horizontal_spacing=0.12)
    for arm, history in histories.items():
        style = {"line_color": ARM_COLOURS.get(arm, INK), "legendgroup": arm}
        fig.add_scatter(x=history["epoch"], y=history["loss"], name=f"{arm}, training", row=1, col=1, **style)
        fig.add_scatter(x=history["epoch"], y=history["val_loss"], name=f"{arm}, validation", line_dash="dot",
                        row=1, col=1, **style)
        fig.add_scatter(x=history["epoch"], y=history["val_accuracy"], showlegend=False, row=1, col=2, **style)
    fig.update_xaxes(title="epoch", dtick=1)
    fig.update_yaxes(rangemode="tozero", col=1)
    fig.update_yaxes(range=[0, 1], col=2)
    fig.update_layout(legend_y=1.12, margin_t=70)
    last = "; ".join(f"{arm} {h['val_accuracy'].iloc[-1]:.2f}" for arm, h in histories.items())
    return _finish(fig, f"Loss and validation accuracy by epoch. Final validation accuracy: {last}.", note)


def per_class_figure(report: pd.DataFrame, note: str = "") -> go.Figure:
    """F1 of each class against its number of test cells, from a classification table."""
    rows = report[~report.index.str.endswith(" avg")]
    fig = go.Figure(go.Scatter(x=rows["cells"], y=rows["f1"], text=rows.index, mode="markers+text", marker_size=9,
                               textposition="top center", cliponaxis=False))
    fig.update_xaxes(type="log", dtick=1, title="test cells of the class (logarithmic)")
    fig.update_yaxes(title="F1", range=[-0.06, 1.1])
    never = rows.index[rows["f1"] == 0].tolist()
    return _finish(fig, f"F1 of {len(rows)} classes against their number of test cells; F1 is 0 for "
                        f"{', '.join(never) or 'none'}.", note)


def arms_figure(episodes: pd.DataFrame, majority: float, metrics: Sequence[str] = ("accuracy", "balanced_accuracy"),
                chance: float | None = None, note: str = "") -> go.Figure:
    """Each arm's episodes: the mean, and the interval that 95 of 100 draws of supports fall in, a panel per metric.

    The line in the accuracy panel is the majority share, in that of balanced accuracy `chance`, in AUROC's one half.
    """
    arms = list(dict.fromkeys(episodes["arm"]))
    lines = {"accuracy": majority, "balanced_accuracy": chance, "auroc": 0.5}
    fig = make_subplots(1, len(metrics), shared_yaxes=True, subplot_titles=[METRIC_NAMES.get(m, m) for m in metrics],
                        horizontal_spacing=0.05)
    for column, metric in enumerate(metrics, 1):
        for arm in arms:
            row = summarise(episodes[episodes["arm"] == arm][[metric]]).loc[metric]
            error = {"type": "data", "symmetric": False, "array": [row["high"] - row["mean"]],
                     "arrayminus": [row["mean"] - row["low"]], "thickness": 2}
            fig.add_scatter(x=[row["mean"]], y=[arm], error_x=error, mode="markers", showlegend=False,
                            marker={"size": 11, "color": ARM_COLOURS.get(arm, INK), "symbol": ARM_SYMBOLS.get(arm)},
                            row=1, col=column)
        if lines.get(metric) is not None:
            text = "majority" if metric == "accuracy" else "chance"
            fig.add_vline(x=lines[metric], line_dash="dash", line_color=GREY, annotation_text=text, row=1, col=column,
                          annotation_font_color="#666666", annotation_position="top right")
    fig.update_xaxes(range=[0, 1], dtick=0.2)
    fig.update_yaxes(categoryorder="array", categoryarray=arms[::-1], range=[-0.5, len(arms) - 0.3])
    fig.update_layout(height=150 + 50 * len(arms), margin_t=50)
    means = episodes.groupby("arm", sort=False)[metrics[-1]].mean()
    listed = "; ".join(f"{arm} {mean:.2f}" for arm, mean in means.items())
    return _finish(fig, f"Each arm's mean and interval over episodes. {METRIC_NAMES.get(metrics[-1])}: {listed}.", note)


def pca_scatter(coordinates: pd.DataFrame, colour_by: Sequence[str], shares: np.ndarray, what: str,
                note: str = "") -> go.Figure:
    """Embeddings on their first two principal components, a colour and symbol per value of `colour_by`."""
    values = pd.Series(list(colour_by)).astype(str)
    names = list(values.value_counts().index)
    fig = go.Figure()
    symbols = ("circle", "diamond", "square", "cross", "x", "triangle-up")
    for number, name in enumerate(names):
        rows = coordinates[(values == name).to_numpy()]
        colour = (BLUE, ORANGE, GREEN, PINK, SKY, RED)[number % 6]
        fig.add_scatter(x=rows["pc1"], y=rows["pc2"], mode="markers", name=name,
                        marker={"size": 6, "opacity": 0.75, "color": colour, "symbol": symbols[number // 6 % 6]})
    fig.update_xaxes(title=f"first component ({shares[0]:.0%} of variance)")
    fig.update_yaxes(title=f"second component ({shares[1]:.0%})")
    fig.update_layout(height=460)
    return _finish(fig, f"{len(coordinates)} embeddings on two principal components, coloured by {what}: "
                        f"{', '.join(names[:6])}{' and others' if len(names) > 6 else ''}.", note)


def k_curve(sweep: pd.DataFrame, metric: str = "balanced_accuracy", line: tuple[float, str] | None = None,
            note: str = "") -> go.Figure:
    """A metric against the number of shots: mean and the interval of 95 in 100 draws; a curve per arm if there are any.

    `line` (height, name) is what a classifier has to beat.
    """
    arms = sweep.groupby("arm", sort=False) if "arm" in sweep else [("", sweep)]
    fig = go.Figure()
    ends, bands = [], []
    for arm, episodes in arms:
        curve = summarise(episodes[["k", metric]], by="k").loc[[metric]]
        colour = ARM_COLOURS.get(arm, BLUE)
        there_and_back, heights = [*curve["k"], *curve["k"][::-1]], [*curve["high"], *curve["low"][::-1]]
        bands.append(go.Scatter(x=there_and_back, y=heights, mode="lines", fill="toself", line_width=0, opacity=0.12,
                                fillcolor=colour, hoverinfo="skip", showlegend=False))
        fig.add_scatter(x=curve["k"], y=curve["mean"], mode="lines+markers", line_color=colour, name=arm,
                        marker_symbol=ARM_SYMBOLS.get(arm, "circle"), showlegend=bool(arm))
        ends.append(f"{arm or metric} {curve['mean'].iloc[0]:.2f} to {curve['mean'].iloc[-1]:.2f}")
    fig = go.Figure([*bands, *fig.data])  # lines above every band
    ks = sorted(sweep["k"].unique())
    if line:
        fig.add_hline(y=line[0], line_dash="dash", line_color=GREY, annotation_text=line[1],
                      annotation_font_color="#666666", annotation_position="bottom right")
    fig.update_xaxes(type="log", title="supports per class, k (logarithmic)", tickvals=ks)
    fig.update_yaxes(title=METRIC_NAMES.get(metric, metric))
    name = METRIC_NAMES.get(metric, metric)
    return _finish(fig, f"{name} against k, from {ks[0]} to {ks[-1]}: {'; '.join(ends)}.", note)


def _finish(fig: go.Figure, alt: str, note: str) -> go.Figure:
    """Add the alternative text, and the note in the lower right corner."""
    if note:
        alt = f"{alt} ({note})"
        fig.add_annotation(text=note, xref="paper", yref="paper", x=1, y=0, xanchor="right", yanchor="top", yshift=-34,
                           showarrow=False, font={"size": 11, "color": "#666666"})
    return fig.update_layout(meta={"alt": alt})
