"""Verdicts -> one page that opens offline and can be printed."""

import shlex

import numpy as np
import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from . import pictures
from .classification import DOUBTFUL, doubtful
from .labelled_cells import LabelledCells
from .pictures import CellsOnPage, picture, spread
from .special_labels import NOT_A_CELL
from .summary import at_the_edges, class_counts, confusion

_SHOWN, _LOOK_AT, _MOST_UNLIKE, _LISTED = 32, 48, 24, 200

_pages = Environment(
    loader=PackageLoader(__package__, "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_pages.globals.update(columns=pictures.COLUMNS, rows=pictures.ROWS)


def _percent(share: float) -> str:
    text = "<1%" if 0 < share < 0.005 else f"{share:.0%}"
    return text.replace("%", "\N{NO-BREAK SPACE}%")


_pages.filters["two"] = lambda number: f"{number:.2f}"
_pages.filters["percent"] = _percent


def report_page(cells: pd.DataFrame, labelled: LabelledCells, summary: dict) -> str:
    """The report as HTML; `cells` as in cells.csv, `summary` as in summary.json."""
    on_page, n_unlike = CellsOnPage(cells, labelled), summary["unlike"]
    surest_first = cells.sort_values("certainty", ascending=False, kind="stable")
    unlike = cells.sort_values("unlikeness", ascending=False, kind="stable")
    unlike = unlike[: max(n_unlike, _MOST_UNLIKE)]
    differing, least_sure = cells[cells["differs"] != ""], doubtful(cells)
    counts, (result, again) = class_counts(summary), _again(summary["command"])

    def sheet(part: pd.DataFrame, some: pd.DataFrame) -> dict:
        numbers = on_page.number.reindex(part.index).dropna().astype(int)
        return {"tiles": on_page.tiles(some), "numbers": numbers.tolist(), "of": len(part)}

    return _pages.get_template("report.html").render(
        facts=summary,
        n_cells=len(cells),
        counts=counts,
        most=max(row["high"] or row["share"] for row in counts) or 1,
        confusion=confusion(summary),
        at_the_edge=at_the_edges(summary),
        classes={
            label: sheet(part, spread(part, _SHOWN))
            for label, part in surest_first.groupby("predicted")
        },
        doubtful=sheet(least_sure, least_sure[:_LOOK_AT]),
        unlike=sheet(unlike, unlike[:_LOOK_AT]),
        differing=sheet(differing, differing[:_MOST_UNLIKE]),
        limit=DOUBTFUL,
        listed=_LISTED,
        n_known=int(cells["labelled"].sum()),
        result=result,
        again=again,
        apart=NOT_A_CELL,
        small=on_page.sheets(),
        script=on_page.facts(),
    )


def _again(command: str) -> tuple[str, str]:
    """The folder of this result, and the command that classifies once more into one beside it.

    Both are empty if the command does not name the folder in a word of its own.
    """
    words = shlex.split(command)
    if "--previous" in words[:-1]:
        del words[(old := words.index("--previous")) : old + 2]
    at = [n for n, word in enumerate(words[:-1], 1) if word in ("-o", "--output")]
    if not at:
        return "", ""
    result = words[at[-1]].rstrip("/\\")
    words[at[-1]] = f"{result}_again"
    return result, shlex.join([*words, "--previous", result])


def sheet_page(names: pd.Series, images: np.ndarray, facts: dict, random: bool = False) -> str:
    """The contact sheet of suggested cells, or of cells drawn at random, as HTML."""
    cells = [(picture(image), name) for image, name in zip(images, names, strict=True)]
    page = _pages.get_template("contact_sheet.html")
    return page.render(cells=cells, facts=facts, random=random, apart=NOT_A_CELL)
