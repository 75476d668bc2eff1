"""Figures of the training: the loss, its course, what the last layer can tell."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ..common.checks import check_table
from .names import colour_of
from .renderer import BLUE, GREEN, GREY
from .style import finish, shown


def margin_figure(margin_deg: float, scale: float, n_classes: int = 2) -> go.Figure:
    """AAM-Softmax of one sample against its angle to the true class's direction.

    The other classes are at right angles.
    """
    import torch

    from ..embedder.losses import AAMSoftmax

    degrees = np.linspace(0, 180, 181)
    angle = torch.deg2rad(torch.from_numpy(degrees))
    samples = torch.stack(
        [angle.cos(), *[torch.zeros_like(angle)] * (n_classes - 1), angle.sin()], dim=1
    )
    fig = go.Figure()
    forms = {
        "no margin": (0.0, False),
        "margin, as in the report": (margin_deg, False),
        "margin, repaired": (margin_deg, True),
    }
    for (name, (margin, monotone)), colour, dash in zip(
        forms.items(), (GREY, BLUE, GREEN), ("dot", "solid", "dash"), strict=True
    ):
        loss = AAMSoftmax(n_classes, n_classes + 1, margin, scale, monotone).double()
        loss.weight.data = torch.eye(n_classes, n_classes + 1, dtype=torch.float64)
        values = (
            loss(samples, torch.zeros(len(angle), dtype=torch.long), reduction="none")
            .detach()
            .numpy()
        )
        fig.add_scatter(x=degrees, y=values, name=name, line={"color": colour, "dash": dash})
    fig.add_vline(
        x=180 - margin_deg,
        line_dash="dash",
        line_color=GREY,
        annotation_text="the report's form turns back",
        annotation_font_color="#666666",
        annotation_position="top left",
        annotation_xshift=-6,
    )
    fig.update_xaxes(title="angle to the true class (degrees)", dtick=30)
    fig.update_yaxes(title="loss")
    return finish(
        fig,
        "Loss against angle: with a margin it rises earlier. Near the opposite direction the"
        " report's form falls again; the repaired form does not.",
        "",
    )


def training_curves(histories: dict[str, pd.DataFrame], note: str = "") -> go.Figure:
    """Loss and validation accuracy after each epoch, a colour per arm.

    On the left the loss in training and validation, on the right the validation accuracy.
    """
    fig = make_subplots(
        1, 2, subplot_titles=("loss", "validation accuracy"), horizontal_spacing=0.12
    )
    columns = "epoch", "loss", "val_loss", "val_accuracy"
    for arm, history in histories.items():
        check_table(history, columns, f"histories[{arm!r}]", least=1)
        style = {"line_color": colour_of(arm), "legendgroup": arm}
        fig.add_scatter(
            x=history["epoch"],
            y=history["loss"],
            name=f"{shown(arm)}, training",
            row=1,
            col=1,
            **style,
        )
        fig.add_scatter(
            x=history["epoch"],
            y=history["val_loss"],
            name=f"{shown(arm)}, validation",
            line_dash="dot",
            row=1,
            col=1,
            **style,
        )
        fig.add_scatter(
            x=history["epoch"],
            y=history["val_accuracy"],
            showlegend=False,
            row=1,
            col=2,
            **style,
        )
    fig.update_xaxes(title="epoch", dtick=1)
    fig.update_yaxes(rangemode="tozero", col=1)
    fig.update_yaxes(range=[0, 1], col=2)
    fig.update_layout(legend_y=1.12, margin_t=70)
    last = "; ".join(f"{arm} {h['val_accuracy'].iloc[-1]:.2f}" for arm, h in histories.items())
    return finish(
        fig, f"Loss and validation accuracy by epoch. Final validation accuracy: {last}.", note
    )


def per_class_figure(report: pd.DataFrame, note: str = "") -> go.Figure:
    """F1 of each class of a classification table, a bar each, the commonest class on top."""
    check_table(report, ("cells", "f1"), "report", least=1)
    rows = report[~report.index.str.endswith(" avg")].sort_values("cells", kind="stable")
    fig = go.Figure(
        go.Bar(
            x=rows["f1"],
            y=[
                f"{shown(name)}, {cells:,.0f}"
                for name, cells in zip(rows.index, rows["cells"], strict=True)
            ],
            orientation="h",
            text=[f"{value:.2f}" for value in rows["f1"]],
            textposition="outside",
            marker_color=BLUE,
            cliponaxis=False,
        )
    )
    fig.update_xaxes(title="F1", range=[0, 1.1], dtick=0.2)
    fig.update_yaxes(type="category", dtick=1, title="class, and its number of test cells")
    fig.update_layout(height=90 + 26 * len(rows))
    never = rows.index[rows["f1"] == 0].tolist()
    return finish(
        fig,
        f"Bars of the F1 of {len(rows)} classes, the commonest on top; F1 is 0 for "
        f"{', '.join(never) or 'none'}.",
        note,
    )
