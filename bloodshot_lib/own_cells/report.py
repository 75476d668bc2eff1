"""Verdicts -> one page that opens offline and can be printed."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from PIL import Image

from ..data.tables import file_names, named_subjects
from ..fewshot.separability import pca_map, stack_embeddings
from ..plots.mosaic import data_uri
from .classification import Classified
from .embedded_cells import EmbeddedCells

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


class Cell(NamedTuple):
    """A cell as a page shows it."""

    picture: str
    file: str
    predicted: str
    certainty: float
    runner_up: str
    nearest: str


def report_page(
    verdicts: Classified, labelled: EmbeddedCells, new: EmbeddedCells, facts: dict
) -> str:
    """The report as HTML: counts, trust, contact sheets, map, and methods."""
    cells = verdicts.cells
    judged = cells[~cells["labelled"]]
    surest_first = judged.sort_values("certainty", ascending=False, kind="stable")
    unlike = surest_first[surest_first["unlike"]]
    like = surest_first[~surest_first["unlike"]]
    doubtful = like[like["certainty"] < DOUBTFUL]
    classes = like.groupby("predicted")
    sheets = {label: _shown(_spread(part, _SHOWN), new) for label, part in classes}
    accuracy = verdicts.accuracy
    return _pages.get_template("report.html").render(
        verdicts=verdicts,
        counts=_counts(verdicts),
        expected=accuracy and accuracy.expected.to_dict("records"),
        confusion=confusion_rows(verdicts),
        quote=quotable(verdicts, labelled, facts),
        labelled_cells=labelled.table["label"].value_counts().sort_index().to_dict(),
        sheets=sheets,
        doubtful=_shown(doubtful.iloc[::-1][:_SHOWN_APART], new),
        unlike=_shown(unlike[:_SHOWN_APART], new),
        n_doubtful=len(doubtful),
        n_unlike=len(unlike),
        limit=DOUBTFUL,
        skipped=[*new.unreadable.items(), *labelled.unreadable.items()],
        map=_map(verdicts, labelled, new),
        facts=facts,
    )


def quotable(verdicts: Classified, labelled: EmbeddedCells, facts: dict) -> str:
    """The sentence to quote in a paper; empty if no accuracy can be stated."""
    if verdicts.accuracy is None:
        return ""
    now = verdicts.accuracy.expected.iloc[0]
    by = "cells" if named_subjects(labelled.table["subject"]) is None else "subjects"
    return (
        f"Cells were classified with BloodShot {facts['version']} (weights {facts['weights']},"
        f" {facts['views']} view{'s' * (facts['views'] > 1)}) after {len(labelled.table)} labelled"
        f" cells of {labelled.table['label'].nunique()} classes. The balanced accuracy expected on"
        f" further cells of these classes is {now['balanced_accuracy']:.2f} (95 % interval"
        f" {now['low']:.2f} to {now['high']:.2f}; labelled {by} held out)."
    )


def confusion_rows(verdicts: Classified) -> list[dict]:
    """A row per true class: the share given to each class."""
    if verdicts.accuracy is None:
        return []
    wide = verdicts.accuracy.confusion.pivot(index="label", columns="predicted", values="share")
    return [{"label": label, "shares": row.to_dict()} for label, row in wide.iterrows()]


def _counts(verdicts: Classified) -> list[dict]:
    if verdicts.prevalence is not None:
        return verdicts.prevalence.to_dict("records")
    counts = verdicts.cells["predicted"].value_counts().sort_index()
    return [
        {"label": label, "cells": n, "share": n / counts.sum(), "low": None, "high": None}
        for label, n in counts.items()
    ]


def _spread(rows: pd.DataFrame, n: int) -> pd.DataFrame:
    """At most n of the rows, evenly from the first to the last."""
    return rows if len(rows) <= n else rows.iloc[np.linspace(0, len(rows) - 1, n).astype(int)]


def _shown(rows: pd.DataFrame, cells: EmbeddedCells) -> list[Cell]:
    return [
        Cell(
            picture(cells.images[row], _SIDE),
            *(facts[name] for name in ("file", "predicted", "certainty", "runner_up", "nearest")),
        )
        for row, facts in zip(rows.index, rows.to_dict("records"), strict=True)
    ]


def _map(verdicts: Classified, labelled: EmbeddedCells, new: EmbeddedCells) -> dict | None:
    """Labelled cells and some of the new ones on the first two principal components."""
    rows = np.sort(np.random.default_rng(0).permutation(len(new.Z))[:_ON_THE_MAP])
    Z, domain = stack_embeddings(labelled=labelled.Z, new=new.Z[rows])
    try:
        at, shares = pca_map(Z)
    except ValueError:  # cells that are all alike
        return None
    at = (at - at.min()) / (at.max() - at.min())
    images = np.concatenate([labelled.images, new.images[rows]])
    cells = verdicts.cells.iloc[rows]
    names = [*file_names(labelled.table, 1), *cells["file"]]
    labels = [*labelled.table["label"], *cells["predicted"]]
    texts = [f"labelled {label}" for label in labelled.table["label"]] + [
        f"{predicted}, certainty {sure:.2f}{', unlike all labelled' if unlike else ''}"
        for predicted, sure, unlike in zip(
            cells["predicted"], cells["certainty"], cells["unlike"], strict=True
        )
    ]
    classes = sorted(set(labels))
    dots = [
        {
            "x": round(float(x), 4),
            "y": round(float(1 - y), 4),
            "class": classes.index(label),
            "labelled": kind == "labelled",
            "text": f"{name}: {text}",
            "picture": picture(image, _SIDE_ON_THE_MAP),
        }
        for x, y, label, kind, name, text, image in zip(
            at["pc1"], at["pc2"], labels, domain, names, texts, images, strict=True
        )
    ]
    return {"dots": dots, "classes": classes, "all": len(rows) == len(new.Z),
            "shares": [float(share) for share in shares]}


def picture(image: np.ndarray, side: int) -> str:
    """A cell (S, S, 3), uint8, as a small JPEG in a data URI."""
    whole = Image.fromarray(np.asarray(image))
    return data_uri(whole.resize((side, side), Image.Resampling.LANCZOS))


def sheet_page(names: pd.Series, images: np.ndarray, facts: dict) -> str:
    """The contact sheet of suggested cells as HTML."""
    cells = [(picture(image, 2 * _SIDE), name) for image, name in zip(images, names, strict=True)]
    return _pages.get_template("contact_sheet.html").render(cells=cells, facts=facts)
