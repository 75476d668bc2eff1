"""Cells that a person named, to test a result with: found in it by content, and compared."""

from pathlib import Path

import numpy as np
import pandas as pd

from ..common.checks import check_path
from ..data.folder_contents import readable
from ..data.label_lists import parse_labels
from ..fewshot.agreement import Agreement, compare_labels
from .earlier_result import Result
from .embedded_cells import How, list_cells
from .labelled_cells import refuse_contradictions, tell_copies
from .special_labels import SKIPPED, present_name


def compare_with_result(
    result: Result, test: Path | None, labels: Path | None, apart: str, how: How
) -> dict:
    """The facts of a comparison of named cells with a result, which has them all.

    Cells that were labelled for the result are not counted. Raises ValueError for images in
    several classes, and for cells that are not in the result.
    """
    named, left_out = _read(result, test, labels, how)
    table, _, contradictions = tell_copies(named)
    refuse_contradictions(contradictions)
    given = result.cells.drop_duplicates("content").set_index("content")
    if len(absent := table["file"][~table["content"].isin(given.index)]):
        raise ValueError(
            f"{len(absent)} of the {len(table)} test cells are not among the {len(given)} of the"
            f" result: {_listed(absent)}. Classify these cells first, or take them out of the"
            " test."
        )
    given = given.loc[table["content"]].reset_index()
    own = given["labelled"] == "True"
    if own.all():
        raise ValueError(
            f"All {len(table)} test cells were labelled for this result, which says nothing about"
            " others. Draw some that were not: bloodshot suggest --random."
        )
    kept, apart = table[~own], (result.summary.get("apart") or {"name": apart})["name"]
    found = compare_labels(kept["label"].to_numpy(), given["predicted"][~own].to_numpy(), apart)
    classes = set(result.summary["counts"])
    return {
        "cells": len(kept),
        **_facts(found),
        "apart": apart if apart in set(kept["label"]) else None,
        "not_counted": table["file"][own].tolist(),
        "unknown_classes": kept["label"][~kept["label"].isin(classes)].value_counts().to_dict(),
        "left_out": left_out,
        "quote": _quote(found, len(kept), result.summary),
    }


def _read(
    result: Result, test: Path | None, labels: Path | None, how: How
) -> tuple[pd.DataFrame, dict[str, str]]:
    """The named cells, `file`, `label` and `content`, and what was left out."""
    if test is None and labels is None:
        raise ValueError(
            "compare takes two folders, the test cells and the result, or --labels and the result."
        )
    if labels is not None and test is None:
        with readable(labels):
            listed = parse_labels(check_path("labels", labels, "file").read_bytes(), str(labels))
        if len(listed) and (listed["content"] != "").all():  # then no image is needed
            named = listed[listed["label"] != SKIPPED]
            return named.assign(label=named["label"].map(present_name)), {}
        test = Path(result.summary["cells"])
    return list_cells(test, how, labels=labels)


def _facts(found: Agreement) -> dict:
    scores, pairs = found.scores.to_dict("index"), found.confusion.stack()
    return {
        **{name: None if np.isnan(row["value"]) else row for name, row in scores.items()},
        "recall": found.recall.to_dict("records"),
        "confusion": [
            {"label": label, "predicted": given, "cells": int(cells)}
            for (label, given), cells in pairs.items()
        ],
    }


def _quote(found: Agreement, n: int, summary: dict) -> str:
    accuracy, balanced = found.scores.to_dict("index").values()
    words = (
        f"Of {n} test cells, drawn at random from those without a label and named without looking"
        f" at the result, BloodShot {summary['version']} (weights {summary['weights']}) called"
        f" {found.recall['right'].sum()} the same: accuracy {_interval(accuracy)}"
    )
    if not np.isnan(balanced["value"]):
        words += f", balanced accuracy {_interval(balanced)}"
    return words + "."


def _interval(score: dict) -> str:
    return f"{score['value']:.2f} (95 % interval {score['low']:.2f} to {score['high']:.2f})"


def _listed(files: pd.Series) -> str:
    return ", ".join(files[:5]) + ", ..." * (len(files) > 5)
