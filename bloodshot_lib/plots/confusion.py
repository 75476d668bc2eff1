"""Which class is taken for which: a heat map."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from ..common.checks import check_table
from .names import in_words
from .renderer import INK
from .style import finish, shown, write_below


def confusion_figure(
    confusion: pd.DataFrame,
    counts: Mapping[str, int],
    order: Sequence[str] | None = None,
    note: str = "",
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
    wide = wide.loc[order, order]
    names = [shown(in_words(name)) for name in order]
    cells = [
        [(counts[label], counts[label] * share) for share in wide.loc[label]] for label in order
    ]
    # two digits; nothing where hardly any cell lies, so that the mistakes stand out
    texts = [
        [f"{share:.2f}".lstrip("0") if share >= 0.005 else "" for share in row]
        for row in wide.to_numpy()
    ]
    fig = go.Figure(
        go.Heatmap(
            z=wide.to_numpy(),
            x=names,
            y=names,
            text=texts,
            texttemplate="%{text}",
            zmin=0,
            zmax=1,
            colorscale="Blues",
            showscale=False,
            xgap=1,
            ygap=1,
            customdata=cells,
            hovertemplate="%{y} named %{x}: %{z:.0%}, about %{customdata[1]:.0f} of "
            "%{customdata[0]} cells<extra></extra>",
        )
    )
    plain = {"showgrid": False, "ticks": "", "type": "category"}
    fig.update_yaxes(autorange="reversed", **plain)
    fig.update_xaxes(side="top", tickangle=-40 if len(order) > 4 else 0, **plain)
    write_below(fig, "row: the true class; column: what its cells were named", "left", -6)
    fig.update_layout(
        height=110 + 36 * len(order) + 70 * (len(order) > 4),
        margin={"t": 50, "b": 34},
        font_color=INK,
    )
    recall = "; ".join(f"{in_words(name)} {wide.loc[name, name]:.2f}" for name in order)
    return finish(fig, f"True classes against those named. Recall: {recall}.", note)
