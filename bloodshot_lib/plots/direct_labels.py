"""Names and values at the ends of lines, kept apart, in the place of a legend."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from sklearn.isotonic import isotonic_regression


def spread(heights: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """The heights, moved as little as is needed for texts of these sizes not to overlap.

    They keep their order: without gaps, what is left to find is an isotonic regression.
    """
    heights, sizes = np.asarray(heights, float), np.asarray(sizes, float)
    order = np.argsort(heights, kind="stable")
    stacked = np.cumsum(sizes[order]) - sizes[order] / 2
    found = np.empty(len(heights))
    found[order] = isotonic_regression(heights[order] - stacked) + stacked
    return found.tolist()


def label_ends(
    fig: go.Figure,
    texts: Sequence[str],
    ends: Sequence[tuple[float, float]],
    colours: Sequence[str],
    pixels: float,
    size: int = 13,
    row: int | None = None,
    col: int | None = None,
) -> None:
    """Write each text to the right of its line's end (x, y), in the line's colour.

    `pixels` is how many of them one unit of y takes; with it the texts are kept apart. On a
    logarithmic axis x is the exponent, as plotly has it.
    """
    heights = [y for _, y in ends]
    tall = [1.25 * size * (1 + text.count("<br>")) / pixels for text in texts]
    moved = spread(heights, tall)
    for text, (x, y), colour, height in zip(texts, ends, colours, moved, strict=True):
        font, where = {"color": colour, "size": size}, {"row": row, "col": col}
        at = {"x": x, "xanchor": "left", "xshift": 9, "y": y, "yanchor": "middle"}
        shift = (height - y) * pixels
        fig.add_annotation(
            text=text, font=font, align="left", showarrow=False, yshift=shift, **at, **where
        )
