"""Accuracy against the number of labels, on several sets of cells side by side."""

import math

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ..common.checks import check_table
from .direct_labels import label_ends
from .names import colour_of, in_words, symbol_of
from .renderer import GREY, INK
from .style import finish, shown

_COLUMNS = ("cells", "arm", "k", "mean", "low", "high", "chance")
_PALE = "#666666"


def curves_figure(rows: pd.DataFrame, note: str = "") -> go.Figure:
    """Balanced accuracy against the number of labels per class, a panel for each set of cells.

    `rows` has a row per set, arm and number of labels: the columns `cells` (the set's name, as
    it is to be printed), `arm`, `k`, `mean`, `low` and `high` (the edges of the band) and
    `chance`. Arms are named at the ends of their lines in the last panel, and by their colour
    and symbol in the others.
    """
    check_table(rows, _COLUMNS, "rows", least=1)
    sets = list(dict.fromkeys(rows["cells"]))
    titles = [shown(name).replace(", ", "<br>") for name in sets]
    fig = make_subplots(
        1, len(sets), shared_yaxes=True, horizontal_spacing=0.05, subplot_titles=titles
    )
    for column, name in enumerate(sets, 1):
        part = rows[rows["cells"] == name]
        _draw(fig, part, row=1, col=column)
    _name_arms(fig, rows[rows["cells"] == sets[-1]], 310, 13, row=1, col=len(sets))
    fig.update_yaxes(range=[0, 1], dtick=0.2)
    fig.update_yaxes(title="balanced accuracy", col=1)
    fig.update_xaxes(title="labels per class", col=(len(sets) + 1) // 2)
    fig.update_layout(height=420, margin={"t": 60, "r": 150, "b": 50})
    return finish(fig, _told(rows), note)


def answer_figure(rows: pd.DataFrame) -> go.Figure:
    """The book's opening picture: the first set of `rows` large, the others small below it.

    `rows` are those of `curves_figure`; the name of a small set is a place, a comma, and what
    the classes are. Every line is named where it ends in the large panel, and says in the small
    ones how high it ends. Written large, to be read on a phone.
    """
    check_table(rows, _COLUMNS, "rows", least=1)
    first, *others = dict.fromkeys(rows["cells"])
    below = max(len(others), 1)
    specs = [[{"colspan": below}] + [None] * (below - 1), [{}] * below]
    fig = make_subplots(
        2,
        below,
        specs=specs,
        row_heights=[0.55, 0.45],
        shared_yaxes=False,
        vertical_spacing=0.29,
        horizontal_spacing=0.105,
    )
    for place, name in enumerate([first, *others]):
        part = rows[rows["cells"] == name]
        where = {"row": 1, "col": 1} if place == 0 else {"row": 2, "col": place}
        _draw(fig, part, width=4 if place == 0 else 3, **where)
        ticks = sorted(part["k"].unique())
        fig.update_xaxes(tickvals=[k for k in ticks if k != 2], **where)
        if place == 0:
            _name_arms(fig, part, 242, 20, **where)
        else:
            _value_ends(fig, part, 198, 19, **where)
    _head(fig, f"<b>{shown(first)}</b>", 0, INK, 21, 34)
    _head(fig, "share named correctly, each kind counting the same", 0, _PALE, 19, 8)
    for place, name in enumerate(others, 1):
        title, _, detail = name.partition(", ")
        _head(fig, f"<b>{shown(title)}</b>", place, INK, 19, 32)
        _head(fig, shown(detail), place, _PALE, 19, 8)
    if others:
        _head(fig, "<b>Cells of other laboratories</b>", 1, INK, 21, 66)
    fig.update_yaxes(range=[0, 1], tickvals=[0, 0.5, 1], tickfont_size=19)
    fig.update_xaxes(tickfont_size=19, title={"font_size": 20, "standoff": 4})
    fig.update_xaxes(title_text="labelled cells of each kind", row=1, col=1)
    fig.update_xaxes(domain=[0, 0.66], row=1, col=1)
    fig.update_layout(width=700, height=745, margin={"l": 48, "r": 44, "t": 74, "b": 46})
    return finish(fig, _told(rows), "")


def _head(fig: go.Figure, text: str, place: int, colour: str, size: int, shift: int) -> None:
    """A line of text above the panel of this place."""
    axis = "" if place == 0 else place + 1
    fig.add_annotation(
        text=text,
        x=0,
        y=1,
        xref=f"x{axis} domain",
        yref=f"y{axis} domain",
        xanchor="left",
        yanchor="bottom",
        yshift=shift,
        showarrow=False,
        align="left",
        font={"size": size, "color": colour},
    )


def _draw(fig: go.Figure, rows: pd.DataFrame, width: int = 2, **where: int) -> None:
    """The bands and lines of one set, and its line of chance."""
    arms = dict(iter(rows.groupby("arm", sort=False)))
    for arm, part in arms.items():
        fig.add_scatter(
            x=[*part["k"], *part["k"][::-1]],
            y=[*part["high"], *part["low"][::-1]],
            mode="lines",
            fill="toself",
            line_width=0,
            opacity=0.13,
            fillcolor=colour_of(arm),
            hoverinfo="skip",
            showlegend=False,
            **where,
        )
    for arm, part in arms.items():
        name, colour = in_words(arm), colour_of(arm)
        fig.add_scatter(
            x=part["k"],
            y=part["mean"],
            mode="lines+markers",
            name=shown(name),
            line={"color": colour, "width": width},
            showlegend=False,
            marker={"symbol": symbol_of(arm), "size": 3 * width + 2},
            customdata=part[["low", "high"]],
            hovertemplate="k = %{x}: %{y:.2f} (%{customdata[0]:.2f} to %{customdata[1]:.2f})",
            **where,
        )
    chance = float(rows["chance"].iloc[0])
    fig.add_hline(y=chance, line_dash="dash", line_color=GREY, line_width=width / 2, **where)
    ks = sorted(rows["k"].unique())
    fig.update_xaxes(
        type="log",
        tickvals=ks,
        **where,
        range=[math.log10(ks[0]) - 0.05, math.log10(ks[-1]) + 0.05],
    )


def _ends(rows: pd.DataFrame) -> pd.DataFrame:
    """The last point of every arm: its name, its colour, and where `label_ends` finds it."""
    last = rows.sort_values("k").groupby("arm", sort=False).tail(1)
    names, colours = last["arm"].map(in_words), last["arm"].map(colour_of)
    ends = [(math.log10(k), y) for k, y in zip(last["k"], last["mean"], strict=True)]
    return pd.DataFrame({"name": names, "colour": colours, "end": ends})


def _name_arms(fig: go.Figure, rows: pd.DataFrame, pixels: float, size: int, **where: int) -> None:
    """Each arm's name at the end of its line, and the word chance at that of its own."""
    last = _ends(rows)
    texts = [_wrapped(name, 18) for name in last["name"]]
    chance = (math.log10(rows["k"].max()), float(rows["chance"].iloc[0]))
    ends, colours = [*last["end"], chance], [*last["colour"], _PALE]
    label_ends(fig, [*texts, "chance"], ends, colours, pixels, size, **where)


def _value_ends(fig: go.Figure, rows: pd.DataFrame, pixels: float, size: int, **where: int) -> None:
    """How high each line ends."""
    last = _ends(rows)
    texts = [f"{height:.2f}".lstrip("0") for _, height in last["end"]]
    label_ends(fig, texts, last["end"], last["colour"], pixels, size, **where)


def _wrapped(name: str, width: int) -> str:
    """A name in lines of about `width` letters, broken between words."""
    lines = [""]
    for word in str(name).split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(map(shown, lines))


def _told(rows: pd.DataFrame) -> str:
    """The first and last height of every line, in a sentence."""
    parts = []
    for (name, arm), part in rows.groupby(["cells", "arm"], sort=False):
        part = part.sort_values("k")
        first, last = part.iloc[0], part.iloc[-1]
        parts.append(
            f"{name}, {in_words(arm)}: {first['mean']:.2f} at k = {first['k']},"
            f" {last['mean']:.2f} at k = {last['k']}"
        )
    return f"Balanced accuracy against the number of labels per class, k. {'; '.join(parts)}."
