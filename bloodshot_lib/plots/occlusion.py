"""Cells, and over each the map of what moves its verdict."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from ..common.checks import check_images, check_rows
from .mosaic import mosaic
from .style import finish, shown

_COLUMNS = 4  # cells side by side, which a phone still shows
_BAND = 0.5  # for two lines of title, in sides of a cell
_SIDE = 120  # pixels of a cell's image
# Okabe and Ito's blue and vermilion; the cell is seen through the middle. The bar shows them as
# they look on a light grey cell, whatever colour the page has.
_COLOURS = [[0, "rgba(0,114,178,0.9)"], [0.5, "rgba(255,255,255,0)"], [1, "rgba(213,94,0,0.9)"]]
_ON_A_CELL = [[0, "rgb(22,125,182)"], [0.5, "rgb(220,220,220)"], [1, "rgb(214,107,22)"]]


def occlusion_figure(
    images: np.ndarray, maps: np.ndarray, titles: Sequence[str], note: str = ""
) -> go.Figure:
    """Cells (N, S, S, 3), and under each its map (N, rows, rows), from `occlusion_maps`.

    All maps share one scale of colours, the same either side of 0. `titles`, one for each cell,
    say what is above it in one or two short lines, parted by a line break.
    """
    check_images(images)
    if len(images) == 0:
        raise ValueError("`images` must hold at least one cell, but held none.")
    maps = np.asarray(maps, dtype=float)
    if maps.ndim != 3 or len(maps) != len(images) or not np.isfinite(maps).all():
        raise ValueError(
            f"`maps` must be finite numbers (N, rows, rows), one map for each cell, but were"
            f" {maps.shape} for {len(images)} cells. `occlusion_maps` returns them."
        )
    titles = check_rows("titles", titles, len(images)).astype(str)
    reach = float(np.abs(maps).max()) or 1.0
    fig = go.Figure()
    for number, (image, drops, title) in enumerate(zip(images, maps, titles, strict=True)):
        row, column = divmod(number, _COLUMNS)
        top = row * (2 + _BAND) + _BAND
        _add_image(fig, image, column, top)
        grey = np.repeat(image.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
        _add_image(fig, grey, column, top + 1)
        _add_map(fig, drops, column, top + 1)
        at = {"x": column + 0.5, "y": top, "yanchor": "bottom", "showarrow": False}
        fig.add_annotation(text=shown(title).replace("\n", "<br>"), font_size=10, **at)
    columns, bottom = min(len(images), _COLUMNS), (2 + _BAND) * (row + 1)
    scale = {"cmin": -reach, "cmax": reach, "colorscale": _COLOURS, "showscale": False}
    fig.update_layout(coloraxis=scale, height=round(110 + 145 * bottom))
    _add_bar(fig, reach)
    fig.update_layout(margin={"l": 10, "r": 10, "t": 80, "b": 20})
    fig.update_xaxes(visible=False, range=[0, columns], constrain="domain")
    fig.update_yaxes(visible=False, range=[bottom, 0], scaleanchor="x", constrain="domain")
    fig.update_yaxes(constraintoward="top")
    lines = [title.replace("\n", ", ") for title in titles]
    most = "; ".join(f"{t}: {m.max():.1f}" for t, m in zip(lines, maps, strict=True))
    words = f"{len(images)} cells and their maps, the largest fall of each: {most}."
    return finish(fig, words, note)


def _add_image(fig: go.Figure, image: np.ndarray, left: int, top: float) -> None:
    """The image in a square of side 1, whose middle pixel's middle plotly asks for."""
    pixel = 1 / _SIDE
    at = {"x0": left + pixel / 2, "y0": top + pixel / 2, "dx": pixel, "dy": pixel}
    fig.add_trace(go.Image(source=mosaic([[image]], _SIDE), hoverinfo="skip", **at))


def _add_map(fig: go.Figure, drops: np.ndarray, left: int, top: float) -> None:
    down, across = (1 / count for count in drops.shape)
    at = {"x0": left + across / 2, "y0": top + down / 2, "dx": across, "dy": down}
    fig.add_heatmap(
        z=drops.round(3), coloraxis="coloraxis", hovertemplate="%{z:.2f}<extra></extra>", **at
    )


def _add_bar(fig: go.Figure, reach: float) -> None:
    """The bar of colours, which belongs to a dot that is not drawn."""
    bar = {"orientation": "h", "x": 0.5, "y": 1, "yanchor": "bottom", "thickness": 10, "len": 0.8}
    bar["title"] = {"text": "log-odds lost when covered", "side": "top"}
    scale = {"color": [0], "cmin": -reach, "cmax": reach, "colorscale": _ON_A_CELL}
    fig.add_scatter(x=[None], y=[None], mode="markers", marker={**scale, "colorbar": bar})
