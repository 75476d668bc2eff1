"""Verdicts -> one page that opens offline and can be printed."""

import shlex

import numpy as np
import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from . import pictures
from .classification import Classified
from .embedded_cells import EmbeddedCells
from .labelled_cells import LabelledCells
from .pictures import CellsOnPage, picture, spread
from .result_tables import at_the_edges, class_counts, confusion
from .special_labels import NOT_A_CELL

DOUBTFUL = 0.7  # cells below this certainty are to be looked at
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


def report_page(
    verdicts: Classified, labelled: LabelledCells, new: EmbeddedCells, summary: dict
) -> str:
    """The report as HTML; `summary` is what summary.json holds."""
    cells, on_page = verdicts.cells, CellsOnPage(verdicts.cells, labelled, new)
    surest_first = cells.sort_values("certainty", ascending=False, kind="stable")
    unlike_first = cells.sort_values("unlikeness", ascending=False, kind="stable")
    n_unlike = int(cells["unlike"].sum())
    unlike = unlike_first[: max(n_unlike, _MOST_UNLIKE)]
    doubtful = surest_first[(surest_first["certainty"] < DOUBTFUL) & ~surest_first["unlike"]][::-1]
    differing = cells[cells["differs"] != ""]

    result, again = _again(summary["command"])

    def sheet(part: pd.DataFrame, some: pd.DataFrame) -> dict:
        numbers = on_page.number.reindex(part.index).dropna().astype(int)
        return {"tiles": on_page.tiles(some), "numbers": numbers.tolist(), "of": len(part)}

    return _pages.get_template("report.html").render(
        facts=summary,
        n_cells=len(cells),
        labelled_cells=labelled.table["label"].value_counts().to_dict(),
        counts=(counts := class_counts(summary)),
        most=max(row["high"] or row["share"] for row in counts) or 1,
        confusion=confusion(summary),
        at_the_edge=at_the_edges(summary),
        classes={
            label: sheet(part, spread(part, _SHOWN))
            for label, part in surest_first.groupby("predicted")
        },
        doubtful=sheet(doubtful, doubtful[:_LOOK_AT]),
        n_unlike=n_unlike,
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


def quotable(labelled: LabelledCells, facts: dict) -> str:
    """The sentences to quote in a paper; empty if no accuracy can be stated."""
    if labelled.accuracy is None:
        return ""
    now = labelled.accuracy.expected.iloc[0]
    return (
        f"Cells were classified with BloodShot {facts['version']} (weights {facts['weights']})"
        f" after {len(labelled.table)} labelled cells of {labelled.table['label'].nunique()}"
        " classes. The balanced accuracy expected on further cells of these classes is"
        f" {now['balanced_accuracy']:.2f} (95 % interval {now['low']:.2f} to {now['high']:.2f})."
        f" {getattr(labelled.accuracy, 'basis', '')}"
    ).strip()


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
