"""What was found, as plain facts: for programs, for the report, and for the words beside it."""

import json
import time
from argparse import Namespace

import pandas as pd

import bloodshot_lib

from ..data.class_names import writable
from .classification import doubtful, shares
from .earlier_result import Result, changes
from .embedded_cells import How
from .field_places import said_of_places
from .labelled_cells import LabelledCells

_TAKEN_FOR = 0.03  # a confusion that is worth a word


def as_json(facts: dict, ascii: bool = False) -> str:
    """Facts as JSON, in `ascii` for any terminal; a number that cannot be said is null."""
    plain = json.loads(json.dumps(facts, default=float), parse_constant=lambda _: None)
    return json.dumps(plain, indent=1, ensure_ascii=ascii)


def what_was_done(asked: Namespace, how: How) -> dict:
    """When, with which version and weights, and from which folders."""
    given = {
        name: getattr(asked, name, None) for name in ("labelled", "cells", "labels", "subject")
    }
    given["cells"] = given["cells"] or given["labelled"]
    return {
        "date": time.strftime("%Y-%m-%d"),
        "version": bloodshot_lib.__version__,
        **how.facts,
        **{name: writable(str(value or "")) for name, value in given.items()},
        "command": writable(how.command),
    }


def facts_of_labels(known: LabelledCells) -> dict:
    """The labelled cells, and the accuracy to expect, or why it cannot be said."""
    told, counts = known.accuracy, known.table["label"].value_counts(sort=False)
    return {
        "labelled_cells": counts.sort_index().to_dict(),
        "expected": told and told.expected.to_dict("records"),
        "confusion": told and told.confusion.to_dict("records"),
        "why_not": known.why_not,
        "unjudged": list(told.unjudged) if told else [],
        "basis": told.basis if told else "",
        "warnings": known.warnings,
        "left_out": known.left_out,
    }


def summarise_result(
    cells: pd.DataFrame, known: LabelledCells, done: dict, previous: Result | None
) -> dict:
    """All the facts of a result; `done` is `what_was_done`."""
    classes, apart = known.judged.classes.tolist(), known.apart
    counts = cells["predicted"].value_counts().reindex(classes, fill_value=0).to_dict()
    rows, facts = shares(cells, known), facts_of_labels(known)
    files = {kind: cells["file"][cells["differs"].str.contains(kind)] for kind in known.differing}
    since = previous and changes(previous, cells)
    if previous and not since:
        facts["warnings"].append(
            f"No cell of {previous.folder} is among these, so that nothing can have changed since:"
            " --previous is the result that these cells had before."
        )
    deep = known.table["file"].str.count("/").max() > 1
    return {
        **done,
        "place": f"{done['labelled'].rstrip('/')}/CLASS{'/SUBJECT' * bool(deep)}",
        "counts": counts,
        "prevalence": None if rows is None else rows.to_dict("records"),
        "apart": {"name": apart, "cells": counts[apart]} if apart in counts else None,
        "subjects": _subjects(cells, [name for name in classes if name != apart]),
        **facts,
        "quote": _quote(done, facts),
        "doubtful": len(doubtful(cells)),
        "unlike": int(cells["unlike"].sum()),
        "differs": {kind: found.tolist() for kind, found in files.items()},
        "previous": since,
        **said_of_places(cells),
    }


def class_counts(summary: dict) -> list[dict]:
    """Each class's `cells`, `share`, `low`, `high` and the `recall` expected, the largest first.

    Without the class of what is no cell; what is not known is None.
    """
    apart = summary["apart"] and summary["apart"]["name"]
    counts = {label: n for label, n in summary["counts"].items() if label != apart}
    total = max(sum(counts.values()), 1)
    rows = summary["prevalence"] or [
        {"label": label, "cells": n, "share": n / total, "low": None, "high": None}
        for label, n in counts.items()
    ]
    recall = {label: row.get(label) for label, row in confusion(summary).items()}
    rows = [{**row, "recall": recall.get(row["label"])} for row in rows]
    return sorted(rows, key=lambda row: -row["cells"])


def confusion(facts: dict, of: str = "share") -> dict[str, dict[str, float]]:
    """For each judged class how many of its cells are taken for each, the largest first."""
    rows: dict[str, dict[str, float]] = {}
    said = [pair for pair in facts["confusion"] or () if pd.notna(pair[of])]
    for pair in sorted(said, key=lambda pair: (pair["label"], -pair[of])):
        rows.setdefault(pair["label"], {})[pair["predicted"]] = pair[of]
    return rows


def at_the_edges(summary: dict) -> list[dict]:
    """The classes whose count lies outside the middle half of its interval, and why.

    `many`: whether it lies above; `others`: up to two classes that are confused with it.
    """
    found, taken, rows = [], confusion(summary), summary["prevalence"] or ()
    shares = {row["label"]: row["share"] for row in rows}
    for row in rows:
        label, quarter = row["label"], (row["high"] - row["low"]) / 4
        many, mixed = row["share"] > row["high"] - quarter, taken.get(label, {})
        if many:  # the others' cells are taken for it
            mixed = {name: to.get(label, 0) for name, to in taken.items()}
        others = [name for name, share in mixed.items() if name != label and share > _TAKEN_FOR]
        others.sort(key=lambda name: -mixed[name] * (shares.get(name, 0) if many else 1))
        if row["cells"] and (many or row["share"] < row["low"] + quarter):
            found.append({**row, "many": many, "others": others[:2]})
    return found


def _quote(done: dict, facts: dict) -> str:
    """The sentences to quote in a paper; empty if no accuracy can be stated."""
    if not facts["expected"]:
        return ""
    now, labelled = facts["expected"][0], facts["labelled_cells"]
    return (
        f"Cells were classified with BloodShot {done['version']} (weights {done['weights']})"
        f" after {sum(labelled.values())} labelled cells of {len(labelled)} classes. The balanced"
        f" accuracy expected on further cells of these classes is {now['balanced_accuracy']:.2f}"
        f" (95 % interval {now['low']:.2f} to {now['high']:.2f}). {facts['basis']}"
    ).strip()


def _subjects(cells: pd.DataFrame, classes: list[str]) -> list[dict] | None:
    """Counts and shares of each subject's cells, without what is no cell; None without subjects."""
    if "subject" not in cells:
        return None
    counts = pd.crosstab(cells["subject"], cells["predicted"])
    counts = counts.reindex(columns=classes, fill_value=0)
    totals = counts.sum(axis=1)
    parts = counts.div(totals.clip(lower=1), axis=0).to_dict("index")
    return [
        {"subject": name, "cells": int(totals[name]), "counts": row, "shares": parts[name]}
        for name, row in counts.to_dict("index").items()
    ]
