"""Verdicts -> one page that opens offline and can be printed."""

import numpy as np
import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from PIL import Image

from ..fewshot.separability import pca_map
from ..plots.mosaic import data_uri
from .classification import Classified
from .embedded_cells import EmbeddedCells
from .labelled_cells import LabelledCells

DOUBTFUL = 0.7  # cells below this certainty are shown separately
_SHOWN, _SHOWN_APART, _ON_THE_MAP = 32, 48, 800
_SIDE, _SIDE_ON_THE_MAP = 72, 48

_pages = Environment(
    loader=PackageLoader(__package__, "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_pages.filters["two"] = lambda number: f"{number:.2f}"
_pages.filters["percent"] = lambda share: f"{share:.0%}".replace("%", " %")


def report_page(
    verdicts: Classified, labelled: LabelledCells, new: EmbeddedCells, summary: dict
) -> str:
    """The report as HTML: counts, trust, contact sheets, map, and methods; `summary` in words."""
    cells = verdicts.cells
    judged = cells[~cells["labelled"]]
    surest_first = judged.sort_values("certainty", ascending=False, kind="stable")
    unlike = surest_first[surest_first["unlike"]]
    like = surest_first[~surest_first["unlike"]]
    doubtful = like[like["certainty"] < DOUBTFUL]
    classes = like.groupby("predicted")
    sheets = {label: _shown(_spread(part, _SHOWN), new) for label, part in classes}
    accuracy = labelled.accuracy
    return _pages.get_template("report.html").render(
        verdicts=verdicts,
        counts=summary["prevalence"] or _counts(verdicts),
        expected=summary["expected"],
        why_not=labelled.why_not,
        confusion=accuracy and accuracy.shares,
        quote=summary["quote"],
        labelled_cells=labelled.table["label"].value_counts().sort_index().to_dict(),
        sheets=sheets,
        doubtful=_shown(doubtful.iloc[::-1][:_SHOWN_APART], new),
        unlike=_shown(unlike[:_SHOWN_APART], new),
        n_doubtful=len(doubtful),
        n_unlike=len(unlike),
        limit=DOUBTFUL,
        skipped=summary["unreadable"].items(),
        map=_map(verdicts, labelled, new),
        facts=summary,
    )


def quotable(labelled: LabelledCells, facts: dict) -> str:
    """The sentence to quote in a paper; empty if no accuracy can be stated."""
    if labelled.accuracy is None:
        return ""
    now = labelled.accuracy.expected.iloc[0]
    by = "cells" if labelled.subjects is None else "subjects"
    return (
        f"Cells were classified with BloodShot {facts['version']} (weights {facts['weights']},"
        f" {facts['views']} view{'s' * (facts['views'] > 1)}) after {len(labelled.table)} labelled"
        f" cells of {labelled.table['label'].nunique()} classes. The balanced accuracy expected on"
        f" further cells of these classes is {now['balanced_accuracy']:.2f} (95 % interval"
        f" {now['low']:.2f} to {now['high']:.2f}; labelled {by} held out)."
    )


def _counts(verdicts: Classified) -> list[dict]:
    """The counts and shares without an interval, where no accuracy can be stated."""
    return [
        {"label": label, "cells": n, "share": n / len(verdicts.cells), "low": None, "high": None}
        for label, n in verdicts.counts.items()
    ]


def _spread(rows: pd.DataFrame, n: int) -> pd.DataFrame:
    """At most n of the rows, evenly from the first to the last."""
    return rows if len(rows) <= n else rows.iloc[np.linspace(0, len(rows) - 1, n).astype(int)]


def _shown(rows: pd.DataFrame, cells: EmbeddedCells) -> list[dict]:
    """What a page shows of some cells: the rows, and a picture of each."""
    pictures = [picture(cells.images[row], _SIDE) for row in rows.index]
    return rows.assign(picture=pictures).to_dict("records")


def _map(verdicts: Classified, labelled: LabelledCells, new: EmbeddedCells) -> dict | None:
    """Labelled cells and some of the new ones on the first two principal components."""
    rows = np.sort(np.random.default_rng(0).permutation(len(new.Z))[:_ON_THE_MAP])
    try:
        at, shares = pca_map(np.concatenate([labelled.cells.Z, new.Z[rows]]))
    except ValueError:  # cells that are all alike
        return None
    mine = labelled.table[["file", "label"]].assign(labelled=True)
    mine["text"] = mine["file"] + ": labelled " + mine["label"]
    cells = verdicts.cells.iloc[rows].assign(labelled=False)
    sure, unlike = cells["certainty"].map("{:.2f}".format), cells["unlike"]
    cells["text"] = cells["file"] + ": " + cells["predicted"] + ", certainty " + sure
    cells["text"] += unlike.map({True: ", unlike all labelled", False: ""})
    dots = pd.concat([mine, cells.rename(columns={"predicted": "label"})], ignore_index=True)
    at = ((at - at.min()) / (at.max() - at.min())).astype(float).round(4)
    dots["x"], dots["y"] = at["pc1"], (1 - at["pc2"]).round(4)
    images = np.concatenate([labelled.cells.images, new.images[rows]])
    dots["picture"] = [picture(image, _SIDE_ON_THE_MAP) for image in images]
    classes = sorted(set(dots["label"]))
    dots["class"] = dots["label"].map(classes.index)
    columns = ["x", "y", "class", "labelled", "text", "picture"]
    return {
        "dots": dots[columns].to_dict("records"),
        "classes": classes,
        "all": len(rows) == len(new.Z),
        "shares": shares.tolist(),
    }


def picture(image: np.ndarray, side: int) -> str:
    """A cell (S, S, 3), uint8, as a small JPEG in a data URI."""
    whole = Image.fromarray(np.asarray(image))
    return data_uri(whole.resize((side, side), Image.Resampling.HAMMING))


def sheet_page(names: pd.Series, images: np.ndarray, facts: dict) -> str:
    """The contact sheet of suggested cells as HTML."""
    cells = [(picture(image, 2 * _SIDE), name) for image, name in zip(images, names, strict=True)]
    return _pages.get_template("contact_sheet.html").render(cells=cells, facts=facts)
