"""A result's summary -> the tables that the report and the spreadsheet show."""

import pandas as pd

_TAKEN_FOR = 0.03  # a confusion that is worth a word


def class_counts(summary: dict) -> list[dict]:
    """Each class's `cells`, `share`, `low`, `high` and the `recall` expected, the largest first.

    Without the class of what is no cell; what is not known is None.
    """
    apart = summary["apart"] or {"name": None, "cells": 0}
    total = sum(summary["counts"].values()) - apart["cells"]
    rows = summary["prevalence"] or [
        {"label": label, "cells": n, "share": n / max(total, 1), "low": None, "high": None}
        for label, n in summary["counts"].items()
        if label != apart["name"]
    ]
    recall = {pair["label"]: pair["share"] for pair in _pairs(summary) if _is_right(pair)}
    rows = [{**row, "recall": recall.get(row["label"])} for row in rows]
    return sorted(rows, key=lambda row: -row["cells"])


def confusion(summary: dict) -> dict:
    """All `classes`, and `rows`: for each judged class the share of its cells taken for each."""
    rows: dict[str, dict[str, float]] = {}
    for pair in _pairs(summary):
        rows.setdefault(pair["label"], {})[pair["predicted"]] = pair["share"]
    classes = sorted({*rows, *(name for row in rows.values() for name in row)})
    return {"classes": classes, "rows": rows}


def at_the_edges(summary: dict) -> list[dict]:
    """The classes whose count lies outside the middle half of its interval, and why.

    `many`: whether it lies above; `others`: up to two classes that are confused with it.
    """
    found, pairs = [], [pair for pair in _pairs(summary) if not _is_right(pair)]
    shares = {row["label"]: row["share"] for row in summary["prevalence"] or ()}
    for row in summary["prevalence"] or ():
        label, quarter = row["label"], (row["high"] - row["low"]) / 4
        many = row["share"] > row["high"] - quarter
        if not row["cells"] or not (many or row["share"] < row["low"] + quarter):
            continue
        this, other = ("predicted", "label") if many else ("label", "predicted")
        mixed = [pair for pair in pairs if pair[this] == label and pair["share"] > _TAKEN_FOR]
        mixed.sort(key=lambda pair: -pair["share"] * (shares.get(pair[other], 0) if many else 1))
        found.append({**row, "many": many, "others": [pair[other] for pair in mixed[:2]]})
    return found


def _pairs(summary: dict) -> list[dict]:
    """The confusion, without classes of which it cannot be said."""
    return [pair for pair in summary["confusion"] or () if pd.notna(pair["share"])]


def _is_right(pair: dict) -> bool:
    return pair["label"] == pair["predicted"]
