"""Names and values at the ends of lines, kept apart, in the place of a legend."""

from collections.abc import Sequence

import plotly.graph_objects as go


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """The heights, moved as little as is needed to be `gap` apart, in the same order."""
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    blocks: list[list] = []  # each: its members' places, and the height of its middle
    for place in order:
        blocks.append([[place], heights[place]])
        while len(blocks) > 1:
            (low, below), (high, above) = blocks[-2:]
            if above - below >= gap * (len(low) + len(high)) / 2:
                break
            members = low + high
            middle = (below * len(low) + above * len(high)) / len(members)
            blocks[-2:] = [[members, middle]]
    found = list(heights)
    for members, middle in blocks:
        for step, place in enumerate(members):
            found[place] = middle + gap * (step - (len(members) - 1) / 2)
    return found


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
    moved = spread(heights, 1.25 * size / pixels)
    for text, (x, y), colour, height in zip(texts, ends, colours, moved, strict=True):
        fig.add_annotation(
            x=x,
            y=y,
            text=text,
            font={"color": colour, "size": size},
            showarrow=False,
            xanchor="left",
            yanchor="middle",
            align="left",
            xshift=9,
            yshift=(height - y) * pixels,
            row=row,
            col=col,
        )
