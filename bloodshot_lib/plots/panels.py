"""Lines in a panel for each set of cells, and dots in a row for each name."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
from pandas.api.types import is_numeric_dtype

from ..common.checks import check_table
from .style import DASHED, LINE, finish, shown, title_panels

Interval = tuple[str, str] | None


def panels_figure(
    rows: pd.DataFrame,
    x: str,
    y: str,
    by: str | None = None,
    panel: str | None = None,
    interval: Interval = None,
    line: float | str | None = None,
    note: str = "",
) -> go.Figure:
    """The column `y` against `x`: a line for each value of `by`, a panel for each of `panel`.

    Columns are named as axes and legend are to be titled. `interval` names two of them, the ends
    of a bar at each point. `line` draws a dashed one, at this height or along the "diagonal".
    """
    drawn, settings = _prepared(rows, x, y, by, panel, interval, "y")
    panels = _count(rows, panel)
    settings["facet_col_wrap"] = across = min(panels, 3 if panels > 6 else 2)
    fig = title_panels(px.line(drawn, markers=True, **settings))
    if line == "diagonal":
        ends = {"x0": 0, "y0": 0, "x1": 1, "y1": 1}
        fig.add_shape(type="line", row="all", col="all", **ends, **LINE)
        fig.update_xaxes(range=[drawn[x].min() - 0.05, 1.02]).update_yaxes(range=[0, 1.02])
    elif line is not None:
        fig.add_hline(line, **LINE)
    fig.update_layout(height=160 + 220 * -(-panels // across), margin_t=80)
    told = [
        f"{names}{part[y].iloc[0]:.2f} at {part[x].iloc[0]:.2g},"
        f" {part[y].iloc[-1]:.2f} at {part[x].iloc[-1]:.2g}"
        for names, part in _groups(rows, panel, by)
    ]
    return finish(fig, f"{y} against {x}. {'; '.join(told)}.", note)


def dots_figure(
    rows: pd.DataFrame,
    x: str,
    y: str,
    by: str | None = None,
    panel: str | None = None,
    interval: Interval = None,
    lines: Sequence[float] | Mapping[str, float] = (),
    note: str = "",
) -> go.Figure:
    """The column `x` as a dot in a row for each name in the column `y`, the first at the top.

    Dots have a colour and a symbol for each value of `by`; there is a panel for each value of
    `panel`, one below the other. The column `x` is named as the axis is to be titled. `interval`
    names two columns, the ends of a bar at each dot; `lines` are dashed ones, at these places,
    perhaps with a name each.
    """
    drawn, settings = _prepared(rows, x, y, by, panel, interval, "x")
    drawn[y] = rows[y].map(_folded)
    panels = _count(rows, panel)
    settings["facet_col_wrap"] = 1 if panel else 0
    fig = title_panels(px.scatter(drawn, labels={y: ""}, **settings))
    if isinstance(lines, Mapping):
        for name, place in lines.items():
            fig.add_vline(place, annotation_text=shown(name), **DASHED)
    else:
        for place in lines:
            fig.add_vline(place, **LINE)
    names = drawn[y].unique()[::-1]
    fig.update_traces(marker_size=10)
    fig.update_yaxes(categoryorder="array", categoryarray=names, dtick=1, title_standoff=8)
    fig.update_layout(scattermode="group" if interval else None, margin_t=80 if panel else 60)
    fig.update_layout(height=130 + panels * (40 + 26 * len(names)))
    told = (f"{names}{part[x].iloc[0]:.2f}" for names, part in _groups(rows, panel, y, by))
    return finish(fig, f"{x}. {'; '.join(told)}.", note)


def _count(rows: pd.DataFrame, panel: str | None) -> int:
    return rows[panel].nunique() if panel else 1


def _folded(name: object) -> str:
    """A name in lines that leave room for the dots."""
    return "<br>".join(map(shown, textwrap.wrap(str(name), 26, break_long_words=False)))


def _prepared(
    rows: pd.DataFrame,
    x: str,
    y: str,
    by: str | None,
    panel: str | None,
    interval: Interval,
    axis: str,
) -> tuple[pd.DataFrame, dict]:
    """The rows with names as they are to be read and bars' lengths; what plotly express is told."""
    ends = interval or ()
    check_table(rows, [x, y, *filter(None, (by, panel)), *ends], "rows", least=1)
    settings = {"x": x, "y": y, "color": by, "symbol": by, "facet_col": panel}
    drawn = rows.copy()
    for column in {x, y, by, panel} - {None}:
        if not is_numeric_dtype(drawn[column]):
            drawn[column] = drawn[column].map(shown)
    if interval:
        at = drawn[x if axis == "x" else y]
        drawn = drawn.assign(down=at - drawn[ends[0]], up=drawn[ends[1]] - at)
        settings |= {f"error_{axis}": "up", f"error_{axis}_minus": "down"}
    return drawn, settings


def _groups(rows: pd.DataFrame, *columns: str | None) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows of each combination of names, after these names and a colon."""
    named = list(dict.fromkeys(filter(None, columns)))
    if not named:
        yield "", rows
        return
    for names, part in rows.groupby(named, sort=False):
        yield f"{', '.join(map(str, names))}: ", part
