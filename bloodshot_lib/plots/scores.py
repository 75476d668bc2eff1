"""Figures of the evaluation: each arm, and the number of shots."""

from collections.abc import Sequence

import pandas as pd
import plotly.express as px
import plotly.graph_objects as go

from ..common.checks import check_table
from ..fewshot.intervals import summarise
from .curves import draw_curves
from .direct_labels import label_ends
from .names import colour_of, symbol_of
from .style import DASHED, METRIC_NAMES, categories, finish, metric_name, shown, title_panels

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
    arms = {shown(arm): arm for arm in episodes["arm"].unique()}
    rows = summarise(episodes[["arm", *metrics]], by="arm").reset_index(names="metric")
    rows["up"], rows["down"] = rows["high"] - rows["mean"], rows["mean"] - rows["low"]
    rows["arm"], rows["metric"] = rows["arm"].map(shown), rows["metric"].map(metric_name)
    fig = px.scatter(
        rows,
        x="mean",
        y="arm",
        error_x="up",
        error_x_minus="down",
        color="arm",
        symbol="arm",
        facet_col="metric",
        facet_col_spacing=0.05,
        color_discrete_map={name: colour_of(arm) for name, arm in arms.items()},
        symbol_map={name: symbol_of(arm) for name, arm in arms.items()},
        category_orders={"metric": [*map(metric_name, metrics)], "arm": [*arms]},
        labels={"mean": "", "arm": ""},
    )
    title_panels(fig)
    fig.update_traces(marker_size=11, error_x_thickness=2, hovertemplate=None)
    lines = {"accuracy": majority, "balanced_accuracy": chance, "auroc": 0.5}
    for column, metric in enumerate(metrics, 1):
        if lines.get(metric) is not None:
            text = "majority" if metric == "accuracy" else "chance"
            place = {"annotation_position": "top right", "row": 1, "col": column}
            fig.add_vline(x=lines[metric], annotation_text=text, **DASHED, **place)
    fig.update_xaxes(range=[0, 1], dtick=0.2)
    fig.update_yaxes(range=[-0.5, len(arms) - 0.3], **categories([*arms][::-1]))
    fig.update_layout(height=150 + 50 * len(arms), margin_t=50, showlegend=False)
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
    named = "arm" in sweep
    sweep = sweep if named else sweep.assign(arm="")
    places = {arm: place for place, arm in enumerate(sweep["arm"].unique())}
    rows = summarise(sweep[["arm", "k", metric]], by=["arm", "k"]).loc[[metric]]
    rows = rows.sort_values("arm", key=lambda arms: arms.map(places), kind="stable")
    fig = go.Figure()
    ends = draw_curves(fig, rows).assign(name=lambda rows: rows["arm"].map(shown))
    heights = [*rows["low"], *rows["high"], *([line[0]] if line else [])]
    low, high = min(heights) - 0.03, max(heights) + 0.03
    fig.update_yaxes(title=metric_name(metric), range=[low, high])
    fig.update_xaxes(title="supports per class, k (logarithmic)")
    fig.update_traces(marker_size=6).update_layout(height=420)
    if line:
        text = {"annotation_text": shown(line[1]), "annotation_position": "bottom left"}
        fig.add_hline(y=line[0], **text, **DASHED)
    if named:
        label_ends(fig, ends["name"], ends["end"], ends["colour"], _INNER / (high - low))
        fig.update_layout(margin_r=30 + 7 * max(map(len, ends["name"])))
    told = "; ".join(
        f"{arm or metric} {means.iloc[0]:.2f} to {means.iloc[-1]:.2f}"
        for arm, means in rows.groupby("arm", sort=False)["mean"]
    )
    first, last, name = rows["k"].min(), rows["k"].max(), METRIC_NAMES.get(metric, metric)
    return finish(fig, f"{name} against k, from {first} to {last}: {told}.", note)
