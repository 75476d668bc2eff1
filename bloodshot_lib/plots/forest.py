"""Differences and their intervals around a line of no difference: a forest plot."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ..common.checks import check_table
from .names import in_words
from .renderer import BLUE, GREY, INK, RED
from .style import finish, shown

VERDICTS = {"better": BLUE, "worse": RED, "not told apart": GREY}


def forest_figure(
    tables: Mapping[str, pd.DataFrame],
    to: str,
    note: str = "",
) -> go.Figure:
    """Each row's difference to `to` with its 95 % interval, a panel for each table.

    `tables` are of `compare_trainings`, by the panel's title, with the same rows. A point is
    blue if its interval lies above the line of no difference, red if below, grey if it holds
    it. Rows are sorted by the first table, the best at the top; `to` itself is the line.
    """
    columns = ("difference", "ci_low", "ci_high")
    for name, table in tables.items():
        check_table(table, columns, f"tables[{name!r}]", least=1)
    first = next(iter(tables.values()))
    order = first.drop(index=to, errors="ignore").sort_values("difference").index
    fig = make_subplots(
        1,
        len(tables),
        shared_yaxes=True,
        horizontal_spacing=0.06,
        subplot_titles=[*map(shown, tables)],
    )
    named = set()
    for column, table in enumerate(tables.values(), 1):
        rows = table.loc[order]
        verdicts = [verdict(row) for row in rows.itertuples()]
        for word, colour in VERDICTS.items():
            some = rows[[each == word for each in verdicts]]
            fig.add_scatter(
                x=some["difference"],
                y=[shown(in_words(name)) for name in some.index],
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "thickness": 2,
                    "width": 0,
                    "array": some["ci_high"] - some["difference"],
                    "arrayminus": some["difference"] - some["ci_low"],
                },
                customdata=some[["ci_low", "ci_high"]],
                hovertemplate="%{y}: %{x:+.3f} (%{customdata[0]:+.3f} to %{customdata[1]:+.3f})",
                mode="markers",
                name=word,
                showlegend=len(some) > 0 and word not in named,
                legendgroup=word,
                marker={"color": colour, "size": 9},
                row=1,
                col=column,
            )
            named |= {word} if len(some) else set()
        fig.add_vline(x=0, line_color=INK, line_width=1, layer="below", row=1, col=column)
    fig.update_yaxes(
        type="category",
        categoryorder="array",
        categoryarray=[shown(in_words(name)) for name in order],
        range=[-0.6, len(order) - 0.4],
    )
    fig.update_xaxes(title=f"difference to<br>{shown(in_words(to))}", tickformat="~g")
    fig.update_layout(
        height=140 + 26 * len(order),
        margin_t=70,
        legend_y=1 + 32 / (20 + 26 * len(order)),
        showlegend=len({trace.name for trace in fig.data if len(trace.y)}) > 1,
    )
    return finish(fig, _told(tables, order, to), note)


def verdict(row) -> str:
    """Whether an interval of a difference lies above zero, below it, or around it."""
    if row.ci_low > 0:
        return "better"
    return "worse" if row.ci_high < 0 else "not told apart"


def _told(tables: Mapping[str, pd.DataFrame], order: pd.Index, to: str) -> str:
    """Which rows are better and which worse, in a sentence for each table."""
    parts = []
    for name, table in tables.items():
        found = {word: [] for word in VERDICTS}
        for row in table.loc[order[::-1]].itertuples():
            found[verdict(row)].append(in_words(row.Index))
        listed = (f"{word}: {'; '.join(rows)}" for word, rows in found.items() if rows)
        parts.append(f"{name}, {'. '.join(listed)}")
    return f"Differences to {in_words(to)} with their 95 % intervals. {'. '.join(parts)}."
