"""What each verb of the command does: folders in, a result on disk, facts and words."""

import json
import shutil
import time
from pathlib import Path

import pandas as pd

import bloodshot_lib

from ..common.atomic_files import whole_folder
from ..common.checks import check_absent, check_count
from ..data.readers.image_folder import read_image_folder
from ..data.tables import file_names
from ..fewshot.selection import suggest_cells
from .classification import classify_cells
from .embedded_cells import How, embed_folder, embed_table
from .fields_cut import cut_fields
from .labelled_cells import LabelledCells, read_labelled
from .report import quotable, report_page, sheet_page
from .words import check_words, classify_words

Result = tuple[dict, str]  # for a program, for a person


def crop(fields: Path, output: Path, diameter: float | None = None, *, how: How) -> Result:
    """Cut the white cells out of whole fields, into a new folder."""
    output = check_absent(output)
    facts = cut_fields(fields, output, diameter, how.skip_unreadable, how.progress)
    words = (
        f"{facts['cells']} cells from {facts['fields']} fields are in {output}, each"
        f" {facts['side']} px wide; boxes.csv says where they were.\nRed cells are"
        f" {facts['diameter']:.0f} px wide: if that is wrong, pass the right --diameter.\nLook"
        f" through the cells, then run: bloodshot suggest {output} -o to_label"
    )
    return facts, words


def suggest(
    cells: Path, output: Path, n: int = 40, labelled: Path | None = None, *, how: How
) -> Result:
    """Copy the cells most worth labelling into a new folder, with a contact sheet."""
    n, output = check_count("-n", n), check_absent(output)
    table, known = read_image_folder(cells, labelled=False), None
    if labelled:
        known = read_labelled(labelled, None, how)
        table = table[known.rows_of(table) < 0].reset_index(drop=True)
    if n > len(table):
        raise ValueError(
            f"-n {n} is too many: {cells} holds {len(table)} cells that are not labelled yet."
            " Ask for fewer."
        )
    new = embed_table(table, how)
    chosen = suggest_cells(new.Z, n, *((known.cells.Z, known.table["label"]) if known else ()))
    names = file_names(new.table).iloc[chosen]
    page = sheet_page(names, new.images[chosen], _facts(how, cells, labelled))
    with whole_folder(output) as folder:
        for path, name in zip(new.table["path"].iloc[chosen], names, strict=True):
            shutil.copyfile(path, folder / name)
        (folder / "contact_sheet.html").write_text(page, encoding="utf-8")
    words = (
        f"{n} of {len(table)} cells are in {output}: contact_sheet.html shows them.\n"
        f"Next: make a folder in {output} for each class, move each cell into its class,"
        f"\nput those that you cannot name elsewhere, and run: bloodshot check {output}"
    )
    return {"folder": str(output), "files": names.tolist()}, words


def check(labelled: Path, subject: str | None = None, *, how: How) -> Result:
    """Say what a labelled folder holds, what looks wrong, and what accuracy to expect."""
    known = read_labelled(labelled, subject, how)
    facts = {
        "classes": known.classes.to_dict("records"),
        "duplicates": known.duplicates.to_dict("records"),
        "doubtful_labels": known.doubtful.to_dict("records"),
        "unreadable": known.cells.unreadable,
        **_expected_facts(known),
    }
    return facts, check_words(known)


def classify(
    labelled: Path, cells: Path, output: Path, subject: str | None = None, *, how: How
) -> Result:
    """Classify a folder's cells, and write cells.csv, report.html and summary.json."""
    output = check_absent(output)
    known, new = read_labelled(labelled, subject, how), embed_folder(cells, False, None, how)
    verdicts, facts = classify_cells(known, new), _facts(how, cells, labelled, subject)
    shares = verdicts.prevalence
    summary = {
        **facts,
        "counts": verdicts.counts.to_dict(),
        "prevalence": None if shares is None else shares.to_dict("records"),
        **_expected_facts(known),
        "quote": quotable(known, facts),
        "warnings": verdicts.warnings,
        "unlike": int(verdicts.cells["unlike"].sum()),
        "unreadable": {**known.cells.unreadable, **new.unreadable},
    }
    page = report_page(verdicts, known, new, summary)
    with whole_folder(output) as folder:
        (folder / "cells.csv").write_bytes(_csv(verdicts.cells))
        (folder / "report.html").write_text(page, encoding="utf-8")
        text = json.dumps(summary, indent=1, default=float, ensure_ascii=False)
        (folder / "summary.json").write_text(text, encoding="utf-8")
    return summary, classify_words(verdicts, known, output)


def _facts(how: How, cells: Path, labelled: Path | None = None, subject: str | None = None) -> dict:
    return {
        "date": time.strftime("%Y-%m-%d"),
        "version": bloodshot_lib.__version__,
        **how.facts,
        "labelled": str(labelled or ""),
        "cells": str(cells),
        "subject": subject,
    }


def _expected_facts(known: LabelledCells) -> dict:
    if known.accuracy is None:
        return {"expected": None, "why_not": known.why_not}
    tables = {"expected": known.accuracy.expected, "confusion": known.accuracy.confusion}
    return {name: table.to_dict("records") for name, table in tables.items()}


def _csv(cells: pd.DataFrame) -> bytes:
    """The list, in UTF-8 with the mark that tells spreadsheets so."""
    listed = cells.to_csv(index=False, float_format="%.3f", lineterminator="\r\n")
    return listed.encode("utf-8-sig")
