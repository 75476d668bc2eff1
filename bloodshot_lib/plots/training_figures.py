"""Figures of the training: the loss, its course, what the last layer can tell."""

import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go

from ..common.checks import check_table
from .names import colour_of
from .renderer import BLUE, GREEN, GREY
from .style import DASHED, finish, horizontal_bars, shown, title_panels


def margin_figure(margin_deg: float, scale: float) -> go.Figure:
    """AAM-Softmax of one sample of two classes against its angle to the true class's direction.

    The other class is at right angles.
    """
    import torch

    from ..embedder.losses import AAMSoftmax

    degrees = np.linspace(0, 180, 181)
    angle = torch.deg2rad(torch.from_numpy(degrees))
    samples = torch.stack([angle.cos(), torch.zeros_like(angle), angle.sin()], dim=1)
    targets = torch.zeros(len(angle), dtype=torch.long)
    forms = {
        "no margin": (0.0, False),
        "margin, as in the report": (margin_deg, False),
        "margin, repaired": (margin_deg, True),
    }
    curves = pd.DataFrame({"degrees": degrees})
    for name, (margin, monotone) in forms.items():
        loss = AAMSoftmax(2, 3, margin, scale, monotone).double()
        loss.weight.data = torch.eye(2, 3, dtype=torch.float64)
        curves[name] = loss(samples, targets, reduction="none").detach().numpy()
    fig = px.line(
        curves,
        x="degrees",
        y=[*forms],
        line_dash="variable",
        color_discrete_sequence=[GREY, BLUE, GREEN],
        line_dash_sequence=["dot", "solid", "dash"],
        labels={"degrees": "angle to the true class (degrees)", "value": "loss", "variable": ""},
    )
    fig.update_traces(hovertemplate=None)
    text = {"annotation_text": "the report's form turns back", "annotation_xshift": -6}
    fig.add_vline(180 - margin_deg, annotation_position="top left", **text, **DASHED)
    fig.update_xaxes(dtick=30)
    alt = (
        "Loss against angle: with a margin it rises earlier. Near the opposite direction the"
        " report's form falls again; the repaired form does not."
    )
    return finish(fig, alt)


def training_curves(histories: dict[str, pd.DataFrame], note: str = "") -> go.Figure:
    """Loss and validation accuracy after each epoch, a colour per arm.

    On the left the loss in training and validation, on the right the validation accuracy.
    """
    columns = ["epoch", "loss", "val_loss", "val_accuracy"]
    for arm, history in histories.items():
        check_table(history, columns, f"histories[{arm!r}]", least=1)
    arms = {shown(arm): history[columns] for arm, history in histories.items()}
    long = pd.concat(arms, names=["arm"]).reset_index("arm").melt(["arm", "epoch"])
    accuracy = long["variable"] == "val_accuracy"
    fig = px.line(
        long.assign(
            part=np.where(long["variable"] == "val_loss", "validation", "training"),
            panel=np.where(accuracy, "validation accuracy", "loss"),
        ),
        x="epoch",
        y="value",
        color="arm",
        line_dash="part",
        facet_col="panel",
        facet_col_spacing=0.12,
        color_discrete_map={shown(arm): colour_of(arm) for arm in histories},
        labels={"value": ""},
        markers=True,
    )
    title_panels(fig)
    for trace in fig.data:
        trace.update(hovertemplate=None, legendgroup=trace.name.rpartition(", ")[0])
    fig.update_traces(hoverinfo="x+y", col=2)  # of validation, whatever the line is called
    fig.update_xaxes(dtick=1)
    fig.update_yaxes(matches=None, showticklabels=True, rangemode="tozero")
    fig.update_yaxes(range=[0, 1], col=2)
    fig.update_layout(legend={"y": 1.12, "title_text": ""}, margin_t=70)
    last = "; ".join(f"{arm} {h['val_accuracy'].iloc[-1]:.2f}" for arm, h in histories.items())
    alt = f"Loss and validation accuracy by epoch. Final validation accuracy: {last}."
    return finish(fig, alt, note)


def per_class_figure(report: pd.DataFrame, note: str = "") -> go.Figure:
    """F1 of each class of a classification table, a bar each, the commonest class on top."""
    check_table(report, ("cells", "f1"), "report", least=1)
    rows = report[~report.index.str.endswith(" avg")].sort_values("cells", kind="stable")
    names = [f"{shown(name)}, {cells:,.0f}" for name, cells in rows["cells"].items()]
    fig = horizontal_bars(rows["f1"].to_numpy(), names, [f"{f1:.2f}" for f1 in rows["f1"]])
    fig.update_xaxes(title="F1", range=[0, 1.1], dtick=0.2)
    fig.update_yaxes(title="class, and its number of test cells")
    fig.update_layout(height=90 + 26 * len(rows))
    never = ", ".join(rows.index[rows["f1"] == 0]) or "none"
    alt = f"Bars of the F1 of {len(rows)} classes, the commonest on top; F1 is 0 for {never}."
    return finish(fig, alt, note)
