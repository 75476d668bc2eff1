"""Figures of the evaluation: each arm, and the number of shots."""

import math
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ..common.checks import check_table
from ..fewshot.intervals import summarise
from .direct_labels import label_ends
from .names import colour_of, symbol_of
from .renderer import GREY
from .style import GROUP_COLOURS, METRIC_NAMES, finish, metric_name, shown

_INNER = 330  # pixels between the ends of the vertical axis of a curve


def arms_figure(
    episodes: pd.DataFrame,
    majority: float,
    metrics: Sequence[str] = ("accuracy", "balanced_accuracy"),
    chance: float | None = None,
    note: str = "",
) -> go.Figure:
    """Each arm's mean and the interval of 95 in 100 draws of supports, a panel per metric.

    The line in the accuracy panel is the majority share, in that of balanced accuracy `chance`,
    in AUROC's one half.
    """
    check_table(episodes, ("arm", *metrics), "episodes", least=1)
    arms = list(dict.fromkeys(episodes["arm"]))
    lines = {"accuracy": majority, "balanced_accuracy": chance, "auroc": 0.5}
    fig = make_subplots(
        1,
        len(metrics),
        shared_yaxes=True,
        horizontal_spacing=0.05,
        subplot_titles=[*map(metric_name, metrics)],
    )
    for column, metric in enumerate(metrics, 1):
        for arm in arms:
            row = summarise(episodes[episodes["arm"] == arm][[metric]]).loc[metric]
            error = {
                "type": "data",
                "symmetric": False,
                "array": [row["high"] - row["mean"]],
                "arrayminus": [row["mean"] - row["low"]],
                "thickness": 2,
            }
            fig.add_scatter(
                x=[row["mean"]],
                y=[shown(arm)],
                error_x=error,
                mode="markers",
                showlegend=False,
                row=1,
                col=column,
                marker={
                    "size": 11,
                    "color": colour_of(arm),
                    "symbol": symbol_of(arm),
                },
            )
        if lines.get(metric) is not None:
            text = "majority" if metric == "accuracy" else "chance"
            fig.add_vline(
                x=lines[metric],
                line_dash="dash",
                line_color=GREY,
                annotation_text=text,
                row=1,
                col=column,
                annotation_font_color="#666666",
                annotation_position="top right",
            )
    fig.update_xaxes(range=[0, 1], dtick=0.2)
    fig.update_yaxes(
        type="category",
        categoryorder="array",
        range=[-0.5, len(arms) - 0.3],
        categoryarray=[*map(shown, arms[::-1])],
    )
    fig.update_layout(height=150 + 50 * len(arms), margin_t=50)
    means = episodes.groupby("arm", sort=False)[metrics[-1]].mean()
    listed = "; ".join(f"{arm} {mean:.2f}" for arm, mean in means.items())
    name = METRIC_NAMES.get(metrics[-1], metrics[-1])
    return finish(fig, f"Each arm's mean and interval over episodes. {name}: {listed}.", note)


def k_curve(
    sweep: pd.DataFrame,
    metric: str = "balanced_accuracy",
    line: tuple[float, str] | None = None,
    note: str = "",
) -> go.Figure:
    """A metric against the number of shots, a curve per arm if there are any.

    A curve is the mean, its band the interval that 95 in 100 draws of supports fall in; its
    arm is named where it ends. `line` (height, name) is what a classifier has to beat.
    """
    check_table(sweep, ("k", metric), "sweep", least=1)
    arms = sweep.groupby("arm", sort=False) if "arm" in sweep else [("", sweep)]
    bands, curves, ends, colours, told = [], [], [], [], []
    for place, (arm, episodes) in enumerate(arms):
        curve = summarise(episodes[["k", metric]], by="k").loc[[metric]]
        colour = colour_of(arm, GROUP_COLOURS[place % len(GROUP_COLOURS)])
        bands.append(
            go.Scatter(
                x=[*curve["k"], *curve["k"][::-1]],
                y=[*curve["high"], *curve["low"][::-1]],
                mode="lines",
                fill="toself",
                line_width=0,
                opacity=0.12,
                fillcolor=colour,
                hoverinfo="skip",
                showlegend=False,
            )
        )
        curves.append(
            go.Scatter(
                x=curve["k"],
                y=curve["mean"],
                mode="lines+markers",
                line_color=colour,
                name=shown(arm),
                marker_symbol=symbol_of(arm),
                showlegend=False,
            )
        )
        first, last = curve["mean"].iloc[0], curve["mean"].iloc[-1]
        ends.append((math.log10(curve["k"].iloc[-1]), last))
        colours.append(colour)
        told.append(f"{arm or metric} {first:.2f} to {last:.2f}")
    fig = go.Figure([*bands, *curves])  # lines above every band
    _frame(fig, sweep, metric, line)
    if "arm" in sweep:
        low, high = fig.layout.yaxis.range
        names = [trace.name for trace in curves]
        label_ends(fig, names, ends, colours, _INNER / (high - low))
        fig.update_layout(margin_r=30 + 7 * max(map(len, names)))
    ks = sorted(sweep["k"].unique())
    name = METRIC_NAMES.get(metric, metric)
    return finish(fig, f"{name} against k, from {ks[0]} to {ks[-1]}: {'; '.join(told)}.", note)


def _frame(
    fig: go.Figure, sweep: pd.DataFrame, metric: str, line: tuple[float, str] | None
) -> None:
    """The axes around the curves and bands, and the line to beat."""
    heights = [y for trace in fig.data for y in trace.y] + ([line[0]] if line else [])
    fig.update_yaxes(title=metric_name(metric), range=[min(heights) - 0.03, max(heights) + 0.03])
    ks = sorted(sweep["k"].unique())
    fig.update_xaxes(
        type="log",
        title="supports per class, k (logarithmic)",
        tickvals=ks,
        range=[math.log10(ks[0]) - 0.06, math.log10(ks[-1]) + 0.06],
    )
    fig.update_layout(height=420)
    if line:
        fig.add_hline(
            y=line[0],
            line_dash="dash",
            line_color=GREY,
            annotation_text=shown(line[1]),
            annotation_font_color="#666666",
            annotation_position="bottom left",
        )
