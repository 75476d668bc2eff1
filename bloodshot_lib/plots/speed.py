"""Figures of the benchmark: how many times faster, and how cost grows."""

import pandas as pd
import plotly.express as px
import plotly.graph_objects as go

from ..common.checks import check_table
from .renderer import BLUE, GREY, INK, ORANGE, PALE
from .style import finish, shown


def ratio_figure(rows: pd.DataFrame) -> go.Figure:
    """Each way's speed as a multiple of the obvious way's, on a logarithmic axis.

    The bars are the range of the rounds.
    """
    check_table(rows, ("task", "way", "seconds", "least", "most", "times_obvious"), "rows", least=1)
    rows = rows[rows["times_obvious"].notna() & (rows["way"] != "obvious")].iloc[::-1]
    times = rows["times_obvious"]
    obvious = times * rows["seconds"]  # what the obvious way takes for the same amount
    fig = px.scatter(
        x=times,
        y=(rows["task"] + " · " + rows["way"]).map(shown),
        error_x=obvious / rows["least"] - times,
        error_x_minus=times - obvious / rows["most"],
        text=times.map("{:.1f}".format),
        log_x=True,
        labels={"x": "times as fast (logarithmic)", "y": ""},
    )
    colours = [BLUE if way.startswith("ours") else ORANGE for way in rows["way"]]
    fig.update_traces(
        marker={"size": 10, "color": colours},
        error_x={"thickness": 2, "color": INK},
        textposition="top center",
        cliponaxis=False,
        hovertemplate=None,
    )
    fig.add_vline(x=1, line_dash="dash", line_color=GREY)
    # x is 10**0: on a logarithmic axis annotations take the exponent
    at = {"x": 0, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False}
    fig.add_annotation(text="the obvious way", font_color=PALE, **at)
    fig.update_xaxes(tickvals=[0.5, 1, 2, 5, 10, 20, 50, 100])
    fig.update_layout(height=130 + 34 * len(rows), margin_t=40)
    best = rows.loc[times.idxmax()]
    return finish(
        fig,
        f"Speed of {len(rows)} ways against the obvious one; the largest ratio is"
        f" {best['task']}, {best['way']}, {best['times_obvious']:.0f} times.",
    )


def growth_figure(rows: pd.DataFrame) -> go.Figure:
    """Seconds against the number of episodes, shots and query cells, a panel each.

    Both axes are logarithmic.
    """
    check_table(rows, ("task", "amount", "seconds"), "rows", least=1)
    rows = rows[rows["task"].str.startswith("growth with ")]
    panels = {"facet_col": "task", "facet_col_spacing": 0.03, "markers": True}
    fig = px.line(rows, x="amount", y="seconds", log_x=True, log_y=True, **panels)
    fig.update_traces(line_color=BLUE, hovertemplate=None)
    fig.update_xaxes(dtick=1, matches=None).update_yaxes(dtick=1)
    fig.layout.annotations = ()  # panels are titled below
    seconds = dict(iter(rows.groupby("task", sort=False)["seconds"]))
    for column, task in enumerate(seconds, 1):
        amounts = shown(task.removeprefix("growth with ")).replace(", ", ",<br>")
        fig.update_xaxes(title=amounts, col=column)
    fig.update_layout(height=340, margin={"t": 20, "b": 70})
    ends = "; ".join(
        f"{task}: {part.iloc[0]:.2g} to {part.iloc[-1]:.2g} s" for task, part in seconds.items()
    )
    return finish(fig, f"Seconds of an evaluation. {ends}.")
