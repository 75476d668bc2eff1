"""A result that `bloodshot classify` wrote: what a later one changed, and how right it is."""

import json
from argparse import Namespace
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ..common.checks import check_path
from ..data.class_names import check_distinct, writable
from ..data.folder_contents import existing_folder, readable
from ..data.label_lists import parse_labels
from ..fewshot.agreement import Agreement, compare_labels
from .copies import refuse_contradictions, tell_copies
from .embedded_cells import How, list_cells
from .special_labels import SKIPPED, check_apart, present_name

# how spreadsheets of several languages save True and False
_YES = "true 1 wahr vrai verdadero verdadeiro vero waar".split()
_NO = "false 0 falsch faux falso onwaar".split()
SAID = dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False)

_NEEDED = "version", "weights", "cells", "counts"  # in summary.json


class Result(NamedTuple):
    """Its folder; `cells` as in cells.csv, text but for `labelled`; and the summary."""

    folder: Path
    cells: pd.DataFrame
    summary: dict


def read_result(folder: Path) -> Result:
    """Read the folder of a result.

    Raises FileNotFoundError if there is none, ValueError if it is damaged or was written by a
    version that did not yet tell cells by their content.
    """
    folder = existing_folder("RESULT", folder, "what bloodshot classify wrote")
    try:
        with readable(folder):
            summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
            if lacking := [name for name in _NEEDED if name not in summary]:
                raise ValueError(f"summary.json does not say {lacking[0]}")
            listed = folder / "cells.csv"
            cells = pd.read_csv(listed, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except FileNotFoundError as error:
        name = Path(error.filename).name
        raise FileNotFoundError(
            f"{folder} holds no {name}: name a folder that bloodshot classify wrote."
        ) from error
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"{folder} is not a result as bloodshot classify wrote it ({error}): classify again."
        ) from error
    if missing := {"content", "file", "predicted", "labelled"} - set(cells):
        raise ValueError(
            f"{listed} lacks the column {min(missing)}: it was changed, or written by an older"
            " version of BloodShot. Classify again."
        )
    labelled = cells["labelled"].str.strip().str.casefold().map(SAID)
    if len(odd := cells["labelled"][labelled.isna()]):
        raise ValueError(
            f"The column labelled of {listed} must say True or False, but says {odd.iloc[0]!r}."
            " Classify again."
        )
    return Result(folder, cells.assign(labelled=labelled.astype(bool)), summary)


def changes(before: Result, cells: pd.DataFrame) -> dict | None:
    """What has changed from an earlier result to these cells, cell by cell, by content.

    None if no cell is in both.
    """
    once = before.cells.drop_duplicates("content").set_index("content")["predicted"]
    both = cells.assign(was=cells["content"].map(once)).dropna(subset="was")
    if both.empty:
        return None
    other = both[both["was"] != both["predicted"]]
    return {
        "result": writable(str(before.folder)),
        "changed": len(other),
        "same": len(both) - len(other),
        "only_here": len(cells) - len(both),
        "only_there": int((~before.cells["content"].isin(cells["content"])).sum()),
        "changes": [
            {"from": old, "to": new, "cells": n}
            for (old, new), n in other[["was", "predicted"]].value_counts().items()
        ],
        "counts": before.cells["predicted"].value_counts().sort_index().to_dict(),
    }


def compare_with_result(asked: Namespace, how: How) -> dict:
    """The facts of a comparison of cells that a person named with a result, which has them all.

    Cells that were labelled for the result are not counted. Raises ValueError for images in
    several classes, and for cells that are not in the result.
    """
    result = read_result(asked.result)
    named, left_out = _named(asked, result, how)
    table, _, contradictions = tell_copies(named)
    refuse_contradictions(contradictions)
    given = result.cells.drop_duplicates("content").set_index("content")
    if len(absent := table["file"][~table["content"].isin(given.index)]):
        listed = ", ".join(absent[:5]) + ", ..." * (len(absent) > 5)
        raise ValueError(
            f"{len(absent)} of the {len(table)} test cells are not among the {len(given)} of the"
            f" result: {listed}. Classify these cells first, or take them out of the test."
        )
    given = given.loc[table["content"]].reset_index()
    own = given["labelled"]
    if own.all():
        raise ValueError(
            f"All {len(table)} test cells were labelled for this result, which says nothing about"
            " others: draw some with bloodshot suggest --random."
        )
    classes = {*table["label"], *result.summary["counts"], *given["predicted"]}
    check_distinct(classes)
    apart = check_apart(asked.not_a_cell, classes)
    apart = (result.summary.get("apart") or {"name": apart})["name"]
    label, predicted = table["label"][~own].to_numpy(), given["predicted"][~own].to_numpy()
    found = compare_labels(label, predicted, apart)
    scores, pairs = found.scores.dropna().to_dict("index"), found.confusion.stack()
    unknown = found.recall[~found.recall["label"].isin(result.summary["counts"])]
    return {
        "cells": len(label),
        **dict.fromkeys(found.scores.index),
        **scores,
        "recall": found.recall.to_dict("records"),
        "confusion": pairs.rename("cells").reset_index().to_dict("records"),
        "apart": apart if apart in set(label) else None,
        "not_counted": table["file"][own].tolist(),
        "unknown_classes": unknown.set_index("label")["cells"].to_dict(),
        "left_out": left_out,
        "quote": _quote(found, scores, result.summary),
    }


def _named(asked: Namespace, result: Result, how: How) -> tuple[pd.DataFrame, dict[str, str]]:
    """The named cells, `file`, `label` and `content`, and what was left out."""
    test, labels = asked.test, asked.labels
    if test is None and labels is None:
        raise ValueError(
            "compare must be given two folders, TEST and RESULT, or --labels and RESULT."
        )
    if test is None:
        with readable(labels):
            listed = parse_labels(check_path("labels", labels, "file").read_bytes(), str(labels))
        if len(listed) and (listed["content"] != "").all():  # then no image is needed
            named = listed[listed["label"] != SKIPPED]
            return named.assign(label=named["label"].map(present_name)), {}
        test = Path(result.summary["cells"])
    return list_cells(test, how, labels=labels)


def _quote(found: Agreement, scores: dict, summary: dict) -> str:
    said = [
        f"{name.replace('_', ' ')} {score['value']:.2f} (95 % interval {score['low']:.2f} to"
        f" {score['high']:.2f})"
        for name, score in scores.items()
    ]
    return (
        f"Of {found.recall['cells'].sum()} test cells, drawn at random from those without a label"
        " and named without looking at the result, BloodShot"
        f" {summary['version']} (weights {summary['weights']}) called"
        f" {found.recall['right'].sum()} the same: {', '.join(said)}."
    )
