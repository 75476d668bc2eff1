"""Verdicts -> one page that opens offline and can be printed."""

import shlex

import numpy as np
import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from .classification import DOUBTFUL, doubtful
from .labelled_cells import LabelledCells
from .options import command
from .pictures import COLUMNS, ROWS, CellsOnPage, picture, spread
from .special_labels import NOT_A_CELL
from .summary import at_the_edges, class_counts, confusion

_SHOWN, _LOOK_AT, _MOST_UNLIKE = 32, 48, 24

_pages = Environment(
    loader=PackageLoader(__package__, "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_pages.globals.update(limit=DOUBTFUL, listed=200, apart=NOT_A_CELL, command=command)


_pages.filters["two"] = "{:.2f}".format
_pages.filters["percent"] = lambda share: (
    f"{'<1' if 0 < share < 0.005 else round(100 * share)}\N{NO-BREAK SPACE}%"
)


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
        n_known=int(cells["labelled"].sum()),
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
        result=result,
        again=again,
        draw=_draw(summary),
        small=on_page.sheets(),
        columns=COLUMNS,
        rows=ROWS,
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


def _draw(summary: dict) -> str:
    """The command that draws cells at random from those without a label."""
    labels, labelled = summary["labels"], summary["labelled"]
    known = ["--labels", labels] if labels else []
    if labelled != summary["cells"]:
        known += ["--labelled", labelled]
    return command("suggest", summary["cells"], "--random", "-n", 50, *known, "-o", "test")


def sheet_page(
    names: pd.Series, images: np.ndarray, facts: dict, step: str, random: bool = False
) -> str:
    """The contact sheet of suggested cells, or of cells drawn at random, as HTML.

    - `step`: what to do with them.
    """
    cells = [(picture(image), name) for image, name in zip(images, names, strict=True)]
    sheet = _pages.get_template("contact_sheet.html")
    return sheet.render(cells=cells, facts=facts, step=step, random=random)
