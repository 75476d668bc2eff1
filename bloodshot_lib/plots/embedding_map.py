"""The map of embeddings; in the book, pointing at a dot shows its cell."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ..common.checks import check_images, check_rows, check_table
from .mosaic import sprite
from .renderer import GREY
from .style import GROUP_COLOURS, finish, shown

_SYMBOLS = ("circle", "diamond", "square", "cross", "x", "triangle-up")
_UNLABELLED = "not labelled"


def pca_scatter(
    coordinates: pd.DataFrame,
    colour_by: Sequence[str],
    shares: np.ndarray,
    what: str,
    note: str = "",
    images: np.ndarray | None = None,
    details: pd.DataFrame | None = None,
) -> go.Figure:
    """Embeddings on two principal components, a colour and symbol per value of `colour_by`.

    - `coordinates`, `shares`: what `pca_map` returns.
    - `colour_by`: a value per cell; cells where it is missing are grey, below the others.
    - `what`: what the colours stand for, in words.
    - `images` (N, S, S, 3): in the book the cell itself is shown too, when the reader points at
      its dot (by `cells.js`, from a sprite that travels with the figure).
    - `details`: a row per cell; its columns are shown when the reader points at a dot.
    """
    n = len(check_table(coordinates, ("pc1", "pc2"), "coordinates", least=1))
    values = pd.Series(check_rows("colour_by", colour_by, n), dtype=object)
    named = values.notna()
    values = values.where(named, _UNLABELLED).astype(str)
    for name, given in (("images", images), ("details", details)):
        if given is not None and len(given) != n:
            raise ValueError(
                f"`{name}` must have one row for each cell, but had {len(given)} for {n} cells."
            )
    counts = values[named].value_counts()
    names = sorted(counts.index) if len(counts) <= len(GROUP_COLOURS) else list(counts.index)
    details = pd.DataFrame({what: values}) if details is None else details
    texts = np.array([_told(row) for row in details.to_dict("records")])
    fig = go.Figure()

    def dots(name: str, chosen: np.ndarray, **marker: object) -> None:
        fig.add_scatter(
            x=coordinates["pc1"].iloc[chosen],
            y=coordinates["pc2"].iloc[chosen],
            mode="markers",
            name=shown(name),
            marker={"size": 7, "opacity": 0.75, **marker},
            customdata=chosen,
            text=texts[chosen],
            hovertemplate="%{text}<extra></extra>",
        )

    if not named.all():
        dots(_UNLABELLED, np.flatnonzero(~named), color=GREY, size=5)
    for number, name in enumerate(names):
        symbol = _SYMBOLS[number // len(GROUP_COLOURS) % len(_SYMBOLS)]
        colour = GROUP_COLOURS[number % len(GROUP_COLOURS)]
        chosen = np.flatnonzero(named & (values == name))
        dots(name, chosen, color=colour, symbol=symbol)
    fig.update_xaxes(title=f"first component ({shares[0]:.0%} of variance)")
    fig.update_yaxes(title=f"second component ({shares[1]:.0%})")
    meta = None if images is None else {"sprite": sprite(check_images(images))}
    fig.update_layout(height=460, meta=meta)
    return finish(
        fig,
        f"{len(coordinates)} embeddings on two principal components, coloured by {what}: "
        f"{', '.join(names[:6])}{' and others' if len(names) > 6 else ''}.",
        note,
    )


def _told(details: Mapping) -> str:
    """A cell's details as text; single precision would show .85 as 0.8500000238418579."""
    texts = {
        name: f"{value:.6g}" if isinstance(value, float | np.floating) else shown(value)
        for name, value in details.items()
    }
    return "<br>".join(f"{shown(name)}: {text}" for name, text in texts.items())
