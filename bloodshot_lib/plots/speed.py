"""Figures of the benchmark: how many times faster, and how cost grows."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ..common.checks import check_table
from .renderer import BLUE, GREY, INK, ORANGE
from .style import finish, shown


def ratio_figure(rows: pd.DataFrame) -> go.Figure:
    """Each way's speed as a multiple of the obvious way's, on a logarithmic axis.

    The bars are the range of the rounds.
    """
    check_table(rows, ("task", "way", "seconds", "least", "most", "times_obvious"), "rows", least=1)
    rows = rows[rows["times_obvious"].notna() & (rows["way"] != "obvious")].iloc[::-1]
    names = (rows["task"] + " · " + rows["way"]).map(shown)
    # what the obvious way takes for the same amount
    obvious = rows["times_obvious"] * rows["seconds"]
    error = {
        "type": "data",
        "symmetric": False,
        "array": obvious / rows["least"] - rows["times_obvious"],
        "arrayminus": rows["times_obvious"] - obvious / rows["most"],
        "thickness": 2,
        "color": INK,
    }
    colours = [BLUE if way.startswith("ours") else ORANGE for way in rows["way"]]
    fig = go.Figure(
        go.Scatter(
            x=rows["times_obvious"],
            y=names,
            error_x=error,
            mode="markers+text",
            marker={"size": 10, "color": colours},
            cliponaxis=False,
            text=[f"{times:.1f}" for times in rows["times_obvious"]],
            textposition="top center",
        )
    )
    fig.add_vline(x=1, line_dash="dash", line_color=GREY)
    fig.add_annotation(
        x=0,  # 10**0: on a logarithmic axis annotations take the exponent
        y=1,
        yref="paper",
        yanchor="bottom",
        text="the obvious way",
        showarrow=False,
        font_color="#666666",
    )
    fig.update_xaxes(
        type="log",
        title="times as fast (logarithmic)",
        tickvals=[0.5, 1, 2, 5, 10, 20, 50, 100],
    )
    fig.update_layout(height=130 + 34 * len(rows), margin_t=40)
    best = rows.loc[rows["times_obvious"].idxmax()]
    return finish(
        fig,
        f"Speed of {len(rows)} ways against the obvious one; the largest ratio is"
        f" {best['task']}, {best['way']}, {best['times_obvious']:.0f} times.",
        "",
    )


def growth_figure(rows: pd.DataFrame) -> go.Figure:
    """Seconds against the number of episodes, shots and query cells, a panel each.

    Both axes are logarithmic.
    """
    check_table(rows, ("task", "amount", "seconds"), "rows", least=1)
    rows = rows[rows["task"].str.startswith("growth with ")]
    tasks = list(dict.fromkeys(rows["task"]))
    fig = make_subplots(
        1,
        len(tasks),
        shared_yaxes=True,
        horizontal_spacing=0.03,
    )
    for column, task in enumerate(tasks, 1):
        part = rows[rows["task"] == task]
        fig.add_scatter(
            x=part["amount"],
            y=part["seconds"],
            mode="lines+markers",
            line_color=BLUE,
            showlegend=False,
            row=1,
            col=column,
        )
        amounts = shown(task.removeprefix("growth with ")).replace(", ", ",<br>")
        fig.update_xaxes(title=amounts, row=1, col=column)
    fig.update_xaxes(type="log", dtick=1)
    fig.update_yaxes(type="log", dtick=1)
    fig.update_yaxes(title="seconds", col=1)
    fig.update_layout(height=340, margin={"t": 20, "b": 70})
    ends = "; ".join(
        f"{task}: {part['seconds'].iloc[0]:.2g} to {part['seconds'].iloc[-1]:.2g} s"
        for task, part in rows.groupby("task", sort=False)
    )
    return finish(fig, f"Seconds of an evaluation. {ends}.", "")
