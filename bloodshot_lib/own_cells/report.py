"""Verdicts -> one page that opens offline and can be printed, and in which they are corrected."""

import shlex
from argparse import Namespace

import numpy as np
import pandas as pd

from . import labelling_steps as steps
from .classification import doubtful
from .labelled_cells import LabelledCells
from .options import command
from .page_templates import pages
from .pictures import COLUMNS, LARGE, ROWS, CellsOnPage, picture, spread
from .summary import at_the_edges, class_counts, confusion

_SHOWN, _LOOK_AT, _MOST_UNLIKE = 32, 48, 24


def report_page(cells: pd.DataFrame, labelled: LabelledCells, summary: dict) -> str:
    """The report as HTML; `cells` as in cells.csv, `summary` as in summary.json."""
    on_page, n_unlike = CellsOnPage(cells, labelled), summary["unlike"]
    surest_first = cells.sort_values("certainty", ascending=False, kind="stable")
    unlike = cells.sort_values("unlikeness", ascending=False, kind="stable")
    unlike = unlike[: max(n_unlike, _MOST_UNLIKE)]
    differing, least_sure = cells[cells["differs"] != ""], doubtful(cells)
    counts, (result, again) = class_counts(summary), _again(summary["command"])
    facts = {**on_page.facts(), "sheets": {"columns": COLUMNS, "rows": ROWS}, "again": again}

    def sheet(part: pd.DataFrame, some: pd.DataFrame) -> dict:
        numbers = on_page.number.reindex(part.index).dropna().astype(int)
        return {"tiles": on_page.tiles(some), "numbers": numbers.tolist(), "of": len(part)}

    return pages.get_template("report.html").render(
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
        draw=_draw(summary),
        small=on_page.sheets(),
        columns=COLUMNS,
        rows=ROWS,
        script=facts,
    )


def _again(command: str) -> tuple[str, str]:
    """The folder of this result, and the command that classifies once more into one beside it.

    It takes the labels from the list that the report saves. If the command does not name the
    folder in a word of its own, the folder is "", and the command is one to fill in.
    """
    said = shlex.split(command)
    for option in ("--previous", "--labels"):
        if option in said[:-1]:
            del said[(old := said.index(option)) : old + 2]
    at = [n for n, word in enumerate(said[:-1], 1) if word in ("-o", "--output")]
    if not at:
        said, result = "bloodshot classify LABELLED CELLS -o NEW_RESULT".split(), ""
    else:
        result = said[at[-1]].rstrip("/\\")
        said[at[-1]] = f"{result}_again"
    more = ["--labels", steps.LIST, "--previous", result or "RESULT"]
    return result, shlex.join([*said, *more])


def _draw(summary: dict) -> str:
    """The command that draws cells at random from those without a label."""
    labels, labelled = summary["labels"], summary["labelled"]
    known = ["--labels", labels] if labels else []
    if labelled != summary["cells"]:
        known += ["--labelled", labelled]
    return command("suggest", summary["cells"], "--random", "-n", 50, *known, "-o", "test")


def sheet_page(
    cells: pd.DataFrame, images: np.ndarray, facts: dict, asked: Namespace, known: pd.DataFrame
) -> str:
    """The contact sheet of suggested cells, or of cells drawn at random, as HTML.

    - `cells`: their `file` and `content`, in the order of `images`.
    - `known`: cells that have a label already, which the list that is saved holds too.
    """
    pictures = [picture(image, LARGE) for image in images]
    columns = ["file", "label", "content", "subject"]
    script = {
        "cells": cells[["file", "content"]].to_dict("records"),
        "classes": sorted(known["label"].unique()),
        "known": known.drop_duplicates("content")[columns].to_dict("records"),
        "list": steps.list_of(asked),
        "command": steps.naming_command(asked),
    }
    return pages.get_template("contact_sheet.html").render(
        cells=list(zip(pictures, cells["file"], strict=True)),
        facts=facts,
        step=steps.sorting_step(asked),
        sorted=steps.sorting_command(asked),
        random=asked.random,
        script=script,
    )
