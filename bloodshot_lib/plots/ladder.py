"""A ladder of recipes: how a score climbs from step to step, a line per partition."""

from collections.abc import Mapping

import pandas as pd
import plotly.express as px
import plotly.graph_objects as go

from ..common.checks import check_table
from .style import categories, finish, group_colours, shown, title_panels

_SCORE = "balanced_accuracy"


def ladder_figure(
    panels: Mapping[str, pd.DataFrame], hints: Mapping[str, str] | None = None
) -> go.Figure:
    """Steps from top to bottom, a line per partition through the means of its trainings.

    - `panels`: by the panel's title, a row per step and training: `arm` (the step, in its
      order), `partition`, and `balanced_accuracy`. Each training is a pale dot.
    - `hints`: what is to be said about a partition where it is pointed at.
    """
    for name, rows in panels.items():
        check_table(rows, ("arm", "partition", _SCORE), f"panels[{name!r}]", least=1)
    rows = pd.concat(panels, names=["panel"]).reset_index("panel").sort_values("partition")
    steps = next(iter(panels.values()))["arm"].unique()
    rows["arm"] = pd.Categorical(rows["arm"], steps)
    means = rows.groupby(["panel", "partition", "arm"], observed=False)[_SCORE].mean().reset_index()
    told = [
        f"{panel}, {partition}: {part.iloc[0]:.2f} to {part.iloc[-1]:.2f}"
        for panel in panels
        for partition, part in means[means["panel"] == panel].groupby("partition")[_SCORE]
    ]
    colours = group_colours(rows["partition"])
    looks = {
        "x": _SCORE,
        "y": "arm",
        "color": "partition",
        "facet_col": "panel",
        "facet_col_spacing": 0.06,
        "color_discrete_map": {shown(name): colour for name, colour in colours.items()},
        "category_orders": {"panel": [*map(shown, panels)]},
        "labels": {"arm": "", _SCORE: "balanced accuracy"},
    }
    keys = ["panel", "partition", "arm"]
    rows[keys], means[keys] = rows[keys].map(shown), means[keys].map(shown)
    fig = title_panels(px.scatter(rows, **looks, opacity=0.3))
    fig.update_traces(marker_size=6, hoverinfo="skip", hovertemplate=None)
    hints = {shown(name): shown(hint) for name, hint in (hints or {}).items()}
    for line in px.line(means, **looks, markers=True).data:
        line.hovertemplate = f"{line.name}, %{{y}}: %{{x:.2f}}<br>{hints.get(line.name, '')}"
        line.hovertemplate += "<extra></extra>"
        fig.add_trace(line)
        at = {"x": line.x[-1], "xref": line.xaxis, "y": line.y[-1], "yref": line.yaxis}
        font = {"color": line.line.color, "size": 14}
        text = {"text": f"<b>{line.name}</b>", "yshift": -16, "showarrow": False}
        fig.add_annotation(font=font, **text, **at)
    fig.update_yaxes(range=[-0.8, len(steps) - 0.6], **categories(map(shown, steps[::-1])))
    fig.update_xaxes(range=[0.2, 1], dtick=0.2)
    fig.update_layout(height=130 + 42 * len(steps), margin_t=50, showlegend=False)
    return finish(fig, f"From {steps[0]} to {steps[-1]}. {'; '.join(told)}.")
