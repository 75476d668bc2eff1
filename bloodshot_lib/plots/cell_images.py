"""Figures of the data: sample cells, counts, colours."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go

from ..common.checks import check_count, check_images, check_labels, check_table
from ..data.laboratory_shifts import SHIFTS, shift_images
from .mosaic import mosaic
from .style import GROUP_COLOURS, finish, group_colours, horizontal_bars, shown, title_panels


def cell_grid(
    images: np.ndarray,
    labels: Sequence[str],
    per_class: int = 6,
    side: int = 72,
    note: str = "",
) -> go.Figure:
    """The first cells of every class, a row a class.

    `side` is the pixels of a cell in the figure; three quarters of them is a row's height.
    """
    labels = check_labels(labels, n=len(_some(images)))
    check_count("per_class", per_class)
    rows = {
        label: images[np.flatnonzero(labels == label)[:per_class]] for label in sorted(set(labels))
    }
    alt = f"Sample cells of the classes {', '.join(rows)}, one row each."
    return finish(_grid(rows, side), alt, note)


def shift_figure(images: np.ndarray, side: int = 72, note: str = "") -> go.Figure:
    """The same cells (N, S, S, 3) as they are and through each shift, a row a shift."""
    rows = {"as they are": _some(images)}
    rows |= {shift: shift_images(images, shift) for shift in SHIFTS}
    return finish(_grid(rows, side), f"{len(images)} cells, a row each: {', '.join(rows)}.", note)


def _some(images: np.ndarray) -> np.ndarray:
    if len(check_images(images)) == 0:
        raise ValueError(
            "`images` must hold at least one cell, but held none. Check the split or label"
            " selected."
        )
    return images


def _grid(rows: dict[str, np.ndarray], side: int) -> go.Figure:
    check_count("side", side, least=8)
    fig = go.Figure(go.Image(source=mosaic(list(rows.values()), side), hoverinfo="skip"))
    fig.update_xaxes(visible=False)
    fig.update_yaxes(
        tickvals=side * (np.arange(len(rows)) + 0.5),
        ticktext=[shown(name).replace(" (", "<br>(") for name in rows],
        showgrid=False,
        ticks="",
    )
    return fig.update_layout(height=60 + round(0.75 * side) * len(rows))


def class_counts(table: pd.DataFrame, note: str = "") -> go.Figure:
    """Cells per class, on a logarithmic axis."""
    check_labels(check_table(table, ("label",), least=1)["label"], "label")
    counts = table["label"].value_counts().sort_values()
    fig = horizontal_bars(counts.to_numpy(), [*map(shown, counts.index)], counts.to_numpy())
    fig.update_xaxes(type="log", dtick=1, title="cells (logarithmic)")
    fig.update_layout(height=90 + 24 * len(counts), margin_r=60)
    least, most = (f"{counts.index[n]} with {counts.iloc[n]}" for n in (0, -1))
    return finish(fig, f"Bars of cells per class, from {most} to {least}.", note)


def subject_counts(table: pd.DataFrame, note: str = "") -> go.Figure:
    """Cells per subject in each split, coloured by class; the longest bar first."""
    check_table(table, ("split", "subject", "label"), least=1)
    check_labels(table["label"], "label")
    keys = ["split", "subject", "label"]
    counts = table.groupby(keys).size().rename("cells").reset_index()
    counts = counts.sort_values(["split", "cells"], ascending=[True, False])
    largest, colours = counts.loc[counts["cells"].idxmax()], group_colours(counts["label"])
    alt = (
        f"Bars of cells per subject in the splits {', '.join(counts['split'].unique())}. The "
        f"largest subject, {largest['subject']}, has {largest['cells']} cells."
    )
    counts[keys] = counts[keys].map(shown)
    fig = px.bar(
        counts,
        x="subject",
        y="cells",
        color="label",
        facet_col="split",
        facet_col_spacing=0.02,
        barmode="group",
        color_discrete_map={shown(label): colour for label, colour in colours.items()},
        category_orders={"label": [*map(shown, colours)]},
        labels={"label": ""},
    )
    title_panels(fig).update_traces(hovertemplate=None, offsetgroup=None)
    fig.update_xaxes(type="category", tickfont_size=10, matches=None)
    fig.update_layout(legend_y=1.12, margin_t=60)
    return finish(fig, alt, note)


def colour_facts_figure(facts: dict[str, pd.DataFrame], note: str = "") -> go.Figure:
    """Distributions of mean colour and border brightness, a group of boxes per domain."""
    columns = ["red", "green", "blue", "border"]
    for domain, frame in facts.items():
        check_table(frame, columns, f"facts[{domain!r}]", least=1)
    rows = pd.concat({shown(domain): frame[columns] for domain, frame in facts.items()})
    fig = px.box(
        rows.rename_axis(["domain", "cell"]).reset_index().melt(["domain", "cell"]),
        x="variable",
        y="value",
        color="domain",
        points=False,
        color_discrete_sequence=GROUP_COLOURS,
        labels={"variable": "", "value": "brightness (0 black, 255 white)", "domain": ""},
    )
    fig.update_traces(hovertemplate=None)
    fig.update_yaxes(range=[-5, 260])
    medians = "; ".join(f"{name} {frame['border'].median():.0f}" for name, frame in facts.items())
    alt = f"Boxes of mean red, green, blue and border brightness. Median border: {medians}."
    return finish(fig, alt, note)
