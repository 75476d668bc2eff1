"""Which class is taken for which: a heat map."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go

from ..common.checks import check_table
from .names import in_words
from .renderer import INK
from .style import finish, shown, write_below


def confusion_figure(
    confusion: pd.DataFrame, counts: Mapping[str, int], order: Sequence[str] | None = None
) -> go.Figure:
    """The share of each true class, a row, that is given each class, a column.

    - `confusion`: the columns `label`, `predicted` and `share`, as `evaluate_halves` returns
      them for one k.
    - `counts`: how many cells each class has; pointing at a field tells the cells behind it.
    - `order`: the classes from top to bottom, by default the most frequent first.

    Classes are written in words.
    """
    check_table(confusion, ("label", "predicted", "share"), "confusion", least=1)
    wide = confusion.pivot(index="label", columns="predicted", values="share")
    order = sorted(wide, key=lambda name: -counts[name]) if order is None else list(order)
    shares, names = wide.loc[order, order].to_numpy(), [shown(in_words(name)) for name in order]
    colours = {"color_continuous_scale": "Blues", "zmin": 0, "zmax": 1}
    fig = px.imshow(shares, x=names, y=names, aspect="auto", **colours)
    cells = np.broadcast_to([[counts[name]] for name in order], shares.shape)
    # two digits; nothing where hardly any cell lies, so that the mistakes stand out
    digits = np.vectorize(lambda share: f"{share:.2f}".lstrip("0") if share >= 0.005 else "")
    fig.update_traces(
        text=digits(shares),
        texttemplate="%{text}",
        xgap=1,
        ygap=1,
        customdata=np.dstack([cells, cells * shares]),
        hovertemplate="%{y} named %{x}: %{z:.0%}, about %{customdata[1]:.0f} of "
        "%{customdata[0]} cells<extra></extra>",
    )
    plain, many = {"showgrid": False, "ticks": "", "type": "category"}, len(order) > 4
    fig.update_yaxes(**plain)
    fig.update_xaxes(side="top", tickangle=-40 if many else 0, **plain)
    write_below(fig, "row: the true class; column: what its cells were named", "left", -6)
    fig.update_layout(
        height=110 + 36 * len(order) + 70 * many,
        margin={"t": 50, "b": 34},
        font_color=INK,
        coloraxis_showscale=False,
    )
    recall = "; ".join(
        f"{in_words(name)} {share:.2f}"
        for name, share in zip(order, shares.diagonal(), strict=True)
    )
    return finish(fig, f"True classes against those named. Recall: {recall}.")
