"""What each verb of the command does: folders in, a result on disk, facts and words."""

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd

from ..common.atomic_files import whole_folder
from ..common.checks import check_count
from ..common.paths import cache_folder
from ..data.distinct_names import distinct_names
from .classification import classify_cells
from .copying_words import crop_words, forget_words, suggest_words
from .earlier_result import read_result
from .embedded_cells import How, embed_cells, list_cells
from .fields_cut import cut_fields
from .image_differences import difference_warnings, differing
from .kept_copies import remove_kept
from .labelled_cells import LabelledCells, embed_labelled
from .named_cells import compare_with_result
from .output_folder import check_output
from .report import report_page, sheet_page
from .special_labels import NOT_A_CELL
from .spreadsheet import workbook
from .suggestions import most_useful, random_draw
from .summary import as_json, expected_facts, left_out_of, summarise_result, what_was_done
from .words import check_words, classify_words, compare_words

Result = tuple[dict, str]  # for a program, for a person


def crop(fields: Path, output: Path, diameter: float | None = None, *, how: How) -> Result:
    """Cut the white cells out of whole fields, into a new folder."""
    output = check_output(output, fields)
    facts = cut_fields(fields, output, diameter, how.skip_unreadable, how.progress)
    return facts, crop_words(facts, output)


def suggest(
    cells: Path,
    output: Path,
    n: int = 40,
    labelled: Path | None = None,
    labels: Path | None = None,
    random: bool = False,
    *,
    how: How,
) -> Result:
    """Copy the cells most worth labelling, or a random draw, into a new folder with a sheet."""
    n, output = check_count("-n", n), check_output(output, cells, labelled)
    found, known = list_cells(cells, how, labelled=False), None
    if labelled or labels:
        known = list_cells(labelled or cells, how, labels=labels)
    table, images, left_out, of = (random_draw if random else most_useful)(found, known, n, how)
    facts = what_was_done(how, "suggest", labelled=labelled, cells=cells, labels=labels)
    page = sheet_page(table["file"], images, facts, random)
    with whole_folder(output) as folder:
        for path, name in zip(table["path"], distinct_names(table["file"]), strict=True):
            shutil.copyfile(path, folder / name)
        (folder / "contact_sheet.html").write_text(page, encoding="utf-8")
    result = {"folder": str(output), "files": table["file"].tolist(), "left_out": left_out}
    return result, suggest_words(result, of, cells, labelled, labels, random)


def check(
    labelled: Path,
    cells: Path | None = None,
    labels: Path | None = None,
    subject: str | None = None,
    not_a_cell: str = NOT_A_CELL,
    *,
    how: How,
) -> Result:
    """Say what labelled cells there are, what looks wrong, and what accuracy to expect."""
    known = _read(labelled, cells, labels, subject, not_a_cell, how, agreeing=True)
    facts = {
        "classes": known.classes.to_dict("records"),
        "duplicates": known.duplicates.to_dict("records"),
        "contradictions": known.contradictions.to_dict("records"),
        "doubtful_labels": known.doubtful.to_dict("records"),
        "left_out": left_out_of(known),
        **expected_facts(known),
        "warnings": difference_warnings(known, differing(known)) if known.new else [],
    }
    return facts, check_words(known, facts)


def classify(
    labelled: Path,
    output: Path,
    cells: Path | None = None,
    labels: Path | None = None,
    subject: str | None = None,
    not_a_cell: str = NOT_A_CELL,
    previous: Path | None = None,
    *,
    how: How,
) -> Result:
    """Classify cells, and write cells.csv, result.xlsx, report.html and summary.json."""
    output = check_output(output, labelled, cells)
    if cells is None and labels is None:
        raise ValueError(
            "classify takes two folders, the labelled cells and those to classify, or one folder"
            " and --labels."
        )
    before = previous and (read_result(previous), previous)
    known = _read(labelled, cells or labelled, labels, subject, not_a_cell, how)
    verdicts = classify_cells(known)
    facts = what_was_done(
        how, "classify", labelled=labelled, cells=cells or labelled, labels=labels, subject=subject
    )
    summary = summarise_result(verdicts, known, facts, before)
    page = report_page(verdicts, known, known.new, summary)
    with whole_folder(output) as folder:
        (folder / "cells.csv").write_bytes(_csv(verdicts.cells))
        (folder / "result.xlsx").write_bytes(workbook(verdicts.cells, summary))
        (folder / "report.html").write_text(page, encoding="utf-8")
        (folder / "summary.json").write_text(as_json(summary), encoding="utf-8")
    return summary, classify_words(summary, output)


def compare(
    result: Path,
    test: Path | None = None,
    labels: Path | None = None,
    not_a_cell: str = NOT_A_CELL,
    *,
    how: How,
) -> Result:
    """Compare test cells that a person named with what a result calls them."""
    facts = compare_with_result(read_result(result), test, labels, not_a_cell, how)
    return facts, compare_words(facts)


def forget(*, how: How) -> Result:
    """Remove the decoded images and embeddings that the commands keep."""
    folder = cache_folder()
    facts = {"folder": str(folder), **remove_kept(folder)._asdict()}
    return facts, forget_words(facts)


def _read(
    labelled: Path,
    cells: Path | None,
    labels: Path | None,
    subject: str | None,
    apart: str,
    how: How,
    agreeing: bool = False,
) -> LabelledCells:
    """The labelled cells, and the cells to classify if a folder is named.

    With a list alone, the labelled cells are among those to classify.
    """
    known = embed_labelled(list_cells(labelled, how, subject, labels=labels), how, apart, agreeing)
    if cells := cells or (labels and labelled):
        new = embed_cells(list_cells(cells, how, subject, labelled=False), how)
        known = replace(known, new=new)
    return known


def _csv(cells: pd.DataFrame) -> bytes:
    """The list, in UTF-8 with the mark that tells spreadsheets so."""
    listed = cells.to_csv(index=False, float_format="%.3f", lineterminator="\r\n")
    return listed.encode("utf-8-sig")
