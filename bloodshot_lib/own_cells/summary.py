"""What was found, as plain facts: for programs, for the report, and for the words beside it."""

import json
import time
from pathlib import Path

import pandas as pd

import bloodshot_lib

from ..data.class_names import writable
from .classification import Classified
from .earlier_result import Result, changes
from .embedded_cells import How
from .labelled_cells import LabelledCells
from .report import DOUBTFUL, quotable


def as_json(facts: dict, ascii: bool = False) -> str:
    """Facts as JSON, in `ascii` for any terminal; a number that cannot be said is null."""
    plain = json.loads(json.dumps(facts, default=float), parse_constant=lambda _: None)
    return json.dumps(plain, indent=1, ensure_ascii=ascii)


def what_was_done(how: How, verb: str, **asked: object) -> dict:
    """When, with which version and weights, and from which folders."""
    names = ("labelled", "cells", "labels", "subject")
    return {
        "date": time.strftime("%Y-%m-%d"),
        "version": bloodshot_lib.__version__,
        **how.facts,
        **{name: writable(str(asked.get(name) or "")) for name in names},
        "command": writable(how.command) or verb,
    }


def expected_facts(known: LabelledCells) -> dict:
    """The accuracy to expect, or why it cannot be said."""
    if known.accuracy is None:
        return {
            "expected": None,
            "confusion": None,
            "why_not": known.why_not,
            "unjudged": [],
            "basis": "",
        }
    tables = {"expected": known.accuracy.expected, "confusion": known.accuracy.confusion}
    return {
        **{name: table.to_dict("records") for name, table in tables.items()},
        "why_not": "",
        "unjudged": list(known.accuracy.unjudged),
        "basis": known.accuracy.basis,
    }


def left_out_of(known: LabelledCells) -> dict[str, str]:
    """The files left out, and why; what a list does not label is classified all the same."""
    if known.new is None:
        return known.cells.left_out
    used = set(map(writable, known.new.table["path"]))
    ours = {path: why for path, why in known.cells.left_out.items() if path not in used}
    return {**ours, **known.new.left_out}


def summarise_result(
    verdicts: Classified,
    known: LabelledCells,
    facts: dict,
    previous: tuple[Result, Path] | None,
) -> dict:
    """All the facts of a result; `facts` is `what_was_done`."""
    cells, shares, apart = verdicts.cells, verdicts.prevalence, known.apart
    differ = {kind: cells["differs"].str.contains(kind) for kind in ("size", "colour")}
    doubtful = (cells["certainty"] < DOUBTFUL) & ~cells["unlike"] & ~cells["labelled"]
    counts = verdicts.counts.to_dict()
    return {
        **facts,
        "counts": counts,
        "prevalence": None if shares is None else shares.to_dict("records"),
        "apart": {"name": apart, "cells": counts[apart]} if apart in counts else None,
        "subjects": _subjects(cells, [c for c in verdicts.classes if c != apart]),
        **expected_facts(known),
        "quote": quotable(known, facts),
        "warnings": verdicts.warnings,
        "doubtful": int(doubtful.sum()),
        "unlike": int(cells["unlike"].sum()),
        "left_out": left_out_of(known),
        "differs": {kind: cells["file"][found].tolist() for kind, found in differ.items()},
        "previous": previous and changes(*previous, cells),
    }


def _subjects(cells: pd.DataFrame, classes: list[str]) -> list[dict] | None:
    """Counts and shares of each subject's cells, without what is no cell; None without subjects."""
    if "subject" not in cells:
        return None
    counts = pd.crosstab(cells["subject"], cells["predicted"]).reindex(
        columns=classes, fill_value=0
    )
    totals = counts.sum(axis=1)
    shares = counts.div(totals.where(totals > 0, 1), axis=0)
    return [
        {
            "subject": name,
            "cells": int(totals[name]),
            "counts": counts.loc[name].to_dict(),
            "shares": shares.loc[name].to_dict(),
        }
        for name in counts.index
    ]
