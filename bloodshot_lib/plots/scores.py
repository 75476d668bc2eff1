"""Figures of the evaluation: each arm, and the number of shots."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ..common.checks import check_table
from ..fewshot.intervals import summarise
from .renderer import GREY, INK
from .style import (
    ARM_COLOURS,
    ARM_SYMBOLS,
    GROUP_COLOURS,
    METRIC_NAMES,
    finish,
    metric_name,
    shown,
)


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
                    "color": ARM_COLOURS.get(arm, INK),
                    "symbol": ARM_SYMBOLS.get(arm),
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

    A curve is the mean, its band the interval that 95 in 100 draws of supports fall in. `line`
    (height, name) is what a classifier has to beat.
    """
    check_table(sweep, ("k", metric), "sweep", least=1)
    arms = sweep.groupby("arm", sort=False) if "arm" in sweep else [("", sweep)]
    fig = go.Figure()
    ends, bands = [], []
    for place, (arm, episodes) in enumerate(arms):
        curve = summarise(episodes[["k", metric]], by="k").loc[[metric]]
        colour = ARM_COLOURS.get(arm, GROUP_COLOURS[place % len(GROUP_COLOURS)])
        there_and_back, heights = [*curve["k"], *curve["k"][::-1]], [
            *curve["high"],
            *curve["low"][::-1],
        ]
        bands.append(
            go.Scatter(
                x=there_and_back,
                y=heights,
                mode="lines",
                fill="toself",
                line_width=0,
                opacity=0.12,
                fillcolor=colour,
                hoverinfo="skip",
                showlegend=False,
            )
        )
        fig.add_scatter(
            x=curve["k"],
            y=curve["mean"],
            mode="lines+markers",
            line_color=colour,
            name=shown(arm),
            marker_symbol=ARM_SYMBOLS.get(arm, "circle"),
            showlegend=bool(arm),
        )
        ends.append(
            f"{arm or metric} {curve['mean'].iloc[0]:.2f} to {curve['mean'].iloc[-1]:.2f}"
        )
    fig = go.Figure([*bands, *fig.data])  # lines above every band
    ks = sorted(sweep["k"].unique())
    if line:
        fig.add_hline(
            y=line[0],
            line_dash="dash",
            line_color=GREY,
            annotation_text=shown(line[1]),
            annotation_font_color="#666666",
            annotation_position="bottom right",
        )
    fig.update_xaxes(type="log", title="supports per class, k (logarithmic)", tickvals=ks)
    fig.update_yaxes(title=metric_name(metric))
    name = METRIC_NAMES.get(metric, metric)
    return finish(fig, f"{name} against k, from {ks[0]} to {ks[-1]}: {'; '.join(ends)}.", note)
