"""A ladder of recipes: how a score climbs from step to step, a line per partition."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ..common.checks import check_table
from .style import finish, group_colours, shown


def ladder_figure(
    panels: Mapping[str, pd.DataFrame],
    hints: Mapping[str, str] | None = None,
    metric: str = "balanced_accuracy",
    note: str = "",
) -> go.Figure:
    """Steps from top to bottom, a line per partition through the means of its trainings.

    - `panels`: by the panel's title, a row per step and training: `arm` (the step, in its
      order), `partition`, and the `metric`. Each training is a pale dot.
    - `hints`: what is to be said about a partition where it is pointed at.
    """
    for name, rows in panels.items():
        check_table(rows, ("arm", "partition", metric), f"panels[{name!r}]", least=1)
    steps = list(dict.fromkeys(next(iter(panels.values()))["arm"]))
    fig = make_subplots(
        1,
        len(panels),
        shared_yaxes=True,
        horizontal_spacing=0.06,
        subplot_titles=[*map(shown, panels)],
    )
    colours = group_colours(name for rows in panels.values() for name in rows["partition"])
    told = []
    for column, (title, rows) in enumerate(panels.items(), 1):
        for partition, part in rows.groupby("partition"):
            means = part.groupby("arm")[metric].mean().reindex(steps)
            colour, where = colours[partition], {"row": 1, "col": column}
            fig.add_scatter(
                x=part[metric],
                y=[*map(shown, part["arm"])],
                mode="markers",
                marker={"color": colour, "size": 6, "opacity": 0.3},
                hoverinfo="skip",
                showlegend=False,
                **where,
            )
            hint = (hints or {}).get(partition, "")
            fig.add_scatter(
                x=means,
                y=[*map(shown, steps)],
                mode="lines+markers",
                name=shown(partition),
                line={"color": colour, "width": 2},
                showlegend=False,
                hovertemplate=f"{shown(partition)}, %{{y}}: %{{x:.2f}}<br>{shown(hint)}"
                "<extra></extra>",
                **where,
            )
            fig.add_annotation(
                x=means.iloc[-1],
                y=shown(steps[-1]),
                yshift=-16,
                text=f"<b>{shown(partition)}</b>",
                showarrow=False,
                font={"color": colour, "size": 14},
                **where,
            )
            told.append(f"{title}, {partition}: {means.iloc[0]:.2f} to {means.iloc[-1]:.2f}")
    fig.update_yaxes(
        type="category",
        categoryorder="array",
        categoryarray=[*map(shown, steps[::-1])],
        range=[-0.8, len(steps) - 0.6],
    )
    fig.update_xaxes(title="balanced accuracy", range=[0.2, 1], dtick=0.2)
    fig.update_layout(height=130 + 42 * len(steps), margin_t=50)
    return finish(fig, f"From {steps[0]} to {steps[-1]}. {'; '.join(told)}.", note)
