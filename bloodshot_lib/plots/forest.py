"""Differences and their intervals around a line of no difference: a forest plot."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go

from ..common.checks import check_table
from .names import in_words
from .renderer import BLUE, GREY, INK, RED
from .style import categories, finish, shown, title_panels

VERDICTS = {"better": BLUE, "worse": RED, "not told apart": GREY}


def forest_figure(tables: Mapping[str, pd.DataFrame], to: str) -> go.Figure:
    """Each row's difference to `to` with its 95 % interval, a panel for each table.

    `tables` are of `compare`, by the panel's title, with the same rows. A point is
    blue if its interval lies above the line of no difference, red if below, grey if it holds
    it. Rows are sorted by the first table, the best at the top; `to` itself is the line.
    """
    columns = ["difference", "ci_low", "ci_high"]
    for name, table in tables.items():
        check_table(table, columns, f"tables[{name!r}]", least=1)
    first = next(iter(tables.values()))
    order = first.drop(index=to, errors="ignore").sort_values("difference").index
    rows = pd.concat({name: table.loc[order, columns] for name, table in tables.items()})
    rows = rows.rename_axis(["panel", "row"]).reset_index()
    better, worse = rows["ci_low"] > 0, rows["ci_high"] < 0
    rows["verdict"] = np.select([better, worse], ["better", "worse"], "not told apart")
    rows["row"] = rows["row"].map(in_words)
    alt = f"Differences to {in_words(to)} with their 95 % intervals. {_told(rows)}."
    rows[["panel", "row"]] = rows[["panel", "row"]].map(shown)
    rows["up"] = rows["ci_high"] - rows["difference"]
    rows["down"] = rows["difference"] - rows["ci_low"]
    fig = px.scatter(
        rows,
        x="difference",
        y="row",
        error_x="up",
        error_x_minus="down",
        color="verdict",
        facet_col="panel",
        facet_col_spacing=0.06,
        custom_data=["ci_low", "ci_high"],
        color_discrete_map=VERDICTS,
        category_orders={"verdict": [*VERDICTS]},
        labels={"difference": f"difference to<br>{shown(in_words(to))}", "row": ""},
    )
    title_panels(fig)
    fig.update_traces(
        marker_size=9,
        error_x={"thickness": 2, "width": 0},
        hovertemplate="%{y}: %{x:+.3f} (%{customdata[0]:+.3f} to %{customdata[1]:+.3f})",
    )
    fig.add_vline(x=0, line_color=INK, line_width=1, layer="below")
    names = [shown(in_words(name)) for name in order]
    fig.update_yaxes(range=[-0.6, len(order) - 0.4], **categories(names))
    fig.update_xaxes(tickformat="~g", matches=None)
    fig.update_layout(
        height=140 + 26 * len(order),
        margin_t=70,
        legend_title_text="",
        legend_y=1 + 32 / (20 + 26 * len(order)),
        showlegend=rows["verdict"].nunique() > 1,
    )
    return finish(fig, alt)


def _told(rows: pd.DataFrame) -> str:
    """Which rows are better and which worse, the best first, in a sentence for each panel."""
    parts = []
    for panel, some in rows[::-1].groupby("panel", sort=False):
        found = dict(iter(some.groupby("verdict")["row"]))
        listed = (f"{word}: {'; '.join(found[word])}" for word in VERDICTS if word in found)
        parts.append(f"{panel}, {'. '.join(listed)}")
    return ". ".join(parts[::-1])
