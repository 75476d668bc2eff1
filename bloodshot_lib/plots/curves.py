"""Accuracy against the number of labels, on several sets of cells side by side."""

import math
import textwrap

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ..common.checks import check_table
from .direct_labels import label_ends
from .names import colour_of, in_words, symbol_of
from .renderer import GREY, INK, PALE
from .style import GROUP_COLOURS, finish, shown

_COLUMNS = ("cells", "arm", "k", "mean", "low", "high", "chance")
_MARKS = {"circle": "●", "square": "■", "diamond": "◆"}  # plotly's symbols in a line of text


def curves_figure(rows: pd.DataFrame) -> go.Figure:
    """Balanced accuracy against the number of labels per class, a panel for each set of cells.

    `rows` has a row per set, arm and number of labels: the columns `cells` (the set's name, as
    it is to be printed), `arm`, `k`, `mean`, `low` and `high` (the edges of the band) and
    `chance`. Arms are named at the ends of their lines in the last panel, and by their colour
    and symbol in the others.
    """
    check_table(rows, _COLUMNS, "rows", least=1)
    sets = rows["cells"].unique()
    titles = [shown(name).replace(", ", "<br>") for name in sets]
    panels = {"shared_yaxes": True, "horizontal_spacing": 0.05, "subplot_titles": titles}
    fig = make_subplots(1, len(sets), **panels)
    for column, (_, part) in enumerate(rows.groupby("cells", sort=False), 1):
        ends = draw_curves(fig, part, row=1, col=column)
    _name_arms(fig, ends, 310, 13, row=1, col=len(sets))
    fig.update_yaxes(range=[0, 1], dtick=0.2)
    fig.update_yaxes(title="balanced accuracy", col=1)
    fig.update_xaxes(title="labels per class", col=(len(sets) + 1) // 2)
    fig.update_layout(height=420, margin={"t": 60, "r": 150, "b": 50})
    return finish(fig, _told(rows))


def answer_figure(rows: pd.DataFrame, across: int = 3) -> go.Figure:
    """The book's opening picture: a panel for each set of `rows`, `across` of them in a row.

    `rows` are those of `curves_figure`; the name of a set is a place, a comma, and a detail.
    Every line says how high it ends; arms are named once, above the panels. Written large, to
    be read on a phone.
    """
    check_table(rows, _COLUMNS, "rows", least=1)
    sets = dict(iter(rows.groupby("cells", sort=False)))
    down = math.ceil(len(sets) / across)
    gaps = {"vertical_spacing": 0.24, "horizontal_spacing": 0.115}
    fig = make_subplots(down, across, shared_yaxes=True, **gaps)
    for place, (name, part) in enumerate(sets.items()):
        where = {"row": place // across + 1, "col": place % across + 1}
        ends = draw_curves(fig, part, width=3, **where)
        heights = [f"{mean:.2f}".lstrip("0") for mean in ends["mean"]]
        label_ends(fig, heights, ends["end"], ends["colour"], 190, 19, **where)
        fig.update_xaxes(tickvals=[k for k in sorted(part["k"].unique()) if k != 2], **where)
        title, _, detail = name.partition(", ")
        _head(fig, f"<b>{shown(title)}</b>", place, INK, 20, 30)
        _head(fig, shown(detail), place, PALE, 18, 6)
    arms = rows["arm"].unique()[::-1]
    for line, arm in enumerate(arms):
        key = f"{_MARKS.get(symbol_of(arm), '▲')} {shown(in_words(arm))}"
        _head(fig, key, 0, colour_of(arm), 19, 72 + 26 * line)
    told = "<b>Share named correctly,</b> each class counting the same"
    _head(fig, told, 0, INK, 20, 78 + 26 * len(arms))
    fig.update_yaxes(range=[0, 1], tickvals=[0, 0.5, 1], tickfont_size=18)
    fig.update_xaxes(tickfont_size=18, title={"font_size": 19, "standoff": 4})
    fig.update_xaxes(title_text="labelled cells of each class", row=down, col=(across + 1) // 2)
    top = 116 + 26 * len(arms)
    fig.update_layout(width=700, height=top + 46 + 250 * down)
    fig.update_layout(margin={"l": 44, "r": 44, "t": top, "b": 50})
    return finish(fig, _told(rows))


def draw_curves(fig: go.Figure, rows: pd.DataFrame, width: int = 2, **where: int) -> pd.DataFrame:
    """Draw a line and its band for each arm of one set, and the line of chance if it has one.

    `rows` are those of `curves_figure`; `where` is the panel's `row` and `col`. Returns each
    arm's last row with its `colour` and, as `label_ends` takes it, its `end`.
    """
    arms = dict(iter(rows.groupby("arm", sort=False)))
    colours = {
        arm: colour_of(arm, GROUP_COLOURS[place % len(GROUP_COLOURS)])
        for place, arm in enumerate(arms)
    }
    for arm, part in arms.items():  # below every line
        fig.add_scatter(
            x=[*part["k"], *part["k"][::-1]],
            y=[*part["high"], *part["low"][::-1]],
            mode="lines",
            fill="toself",
            line_width=0,
            opacity=0.13,
            fillcolor=colours[arm],
            hoverinfo="skip",
            showlegend=False,
            **where,
        )
    for arm, part in arms.items():
        fig.add_scatter(
            x=part["k"],
            y=part["mean"],
            mode="lines+markers",
            name=shown(in_words(arm)),
            line={"color": colours[arm], "width": width},
            marker={"symbol": symbol_of(arm), "size": 3 * width + 2},
            customdata=part[["low", "high"]],
            hovertemplate="k = %{x}: %{y:.2f} (%{customdata[0]:.2f} to %{customdata[1]:.2f})",
            showlegend=False,
            **where,
        )
    if "chance" in rows:
        line = {"line_dash": "dash", "line_color": GREY, "line_width": width / 2}
        fig.add_hline(y=float(rows["chance"].iloc[0]), **line, **where)
    ks = sorted(rows["k"].unique())
    ends = [math.log10(ks[0]) - 0.05, math.log10(ks[-1]) + 0.05]
    fig.update_xaxes(type="log", tickvals=ks, range=ends, **where)
    last = rows.sort_values("k").groupby("arm", sort=False).tail(1)
    ends = zip(last["k"].map(math.log10), last["mean"], strict=True)
    return last.assign(colour=last["arm"].map(colours), end=[*ends])


def _name_arms(fig: go.Figure, last: pd.DataFrame, pixels: float, size: int, **where: int) -> None:
    """Each arm's name at the end of its line, and the word chance at that of its own."""
    lines = (textwrap.wrap(in_words(arm), 18, break_long_words=False) for arm in last["arm"])
    texts = ["<br>".join(map(shown, some)) for some in lines]
    chance = (math.log10(last["k"].max()), float(last["chance"].iloc[0]))
    ends, colours = [*last["end"], chance], [*last["colour"], PALE]
    label_ends(fig, [*texts, "chance"], ends, colours, pixels, size, **where)


def _head(fig: go.Figure, text: str, place: int, colour: str, size: int, shift: int) -> None:
    """A line of text above the panel of this place."""
    axis = "" if place == 0 else place + 1
    at = {"x": 0, "xref": f"x{axis} domain", "xanchor": "left"}
    at |= {"y": 1, "yref": f"y{axis} domain", "yanchor": "bottom", "yshift": shift}
    font = {"size": size, "color": colour}
    fig.add_annotation(text=text, align="left", showarrow=False, font=font, **at)


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
