"""What each verb of the command does: folders in, a result on disk, facts and words.

Each takes what was `asked` on the command line: see `options`.
"""

import shutil
import tempfile
import warnings
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from ..common.atomic_files import whole_folder
from ..common.checks import check_absent, check_count
from ..common.paths import cache_folder
from ..data.distinct_names import distinct_names
from . import words
from .classification import classify_cells
from .earlier_result import compare_with_result, read_result
from .embedded_cells import How, embed_cells, list_cells
from .field_places import GEOJSON, read_places, with_places, write_geojson
from .kept_copies import remove_kept
from .labelled_cells import LabelledCells, embed_labelled
from .report import report_page, sheet_page
from .special_labels import check_apart
from .spreadsheet import workbook
from .suggestions import most_useful, random_draw
from .summary import as_json, facts_of_labels, summarise_result, what_was_done

Result = tuple[dict, str]  # for a program, for a person


def crop(asked: Namespace, how: How) -> Result:
    """Cut the white cells out of whole fields, into a new folder with a page of the fields."""
    from .fields_cut import cut_fields  # here, because it loads torch, which others may not need

    output = _new_folder(asked.output, asked.fields)
    facts = cut_fields(asked, output, how)
    return facts, words.crop(facts, asked)


def suggest(asked: Namespace, how: How) -> Result:
    """Copy the cells most worth labelling, or a random draw, into a new folder with a sheet."""
    n, output = check_count("-n", asked.n), _new_folder(asked.output, asked.cells, asked.labelled)
    found, known = list_cells(asked.cells, how, labelled=False), None
    if asked.labelled or asked.labels:
        known = list_cells(
            asked.labelled or asked.cells, how, labels=asked.labels, other=asked.cells
        )
    choose = random_draw if asked.random else most_useful
    table, images, left_out, of = choose(found, known, n, how)
    done = what_was_done(asked, how)
    kept = known.table if known and not asked.random else found.table[:0]
    page = sheet_page(table, images, done, asked, kept)
    with whole_folder(output, sole=True) as folder:
        for path, name in zip(table["path"], distinct_names(table["file"]), strict=True):
            shutil.copyfile(path, folder / name)
        (folder / "contact_sheet.html").write_text(page, encoding="utf-8")
    facts = {"folder": str(output), "files": table["file"].tolist(), "of": of, "left_out": left_out}
    return facts, words.suggest(facts, asked)


def check(asked: Namespace, how: How) -> Result:
    """Say what labelled cells there are, what looks wrong, and what accuracy to expect."""
    known = _read(asked, how, agreeing=True)
    tables = {
        "classes": known.classes,
        "duplicates": known.duplicates,
        "contradictions": known.contradictions,
        "doubtful_labels": known.doubtful,
    }
    facts = {name: table.to_dict("records") for name, table in tables.items()}
    facts |= facts_of_labels(known)
    return facts, words.check(facts)


def classify(asked: Namespace, how: How) -> Result:
    """Classify cells, and write cells.csv, result.xlsx, report.html and summary.json.

    Cells that were cut from fields keep their places there, also as files for QuPath.
    """
    output = _new_folder(asked.output, asked.labelled, asked.cells)
    if asked.cells is None and asked.labels is None:
        raise ValueError(
            "classify must be given two folders, LABELLED and CELLS, or one and --labels."
        )
    before = asked.previous and read_result(asked.previous)
    places = read_places(asked.cells or asked.labelled)
    known = _read(asked, how)
    cells = with_places(classify_cells(known), places)
    summary = summarise_result(cells, known, what_was_done(asked, how), before)
    page = report_page(cells, known, summary)
    listed = cells.to_csv(index=False, float_format="%.3f", lineterminator="\r\n")
    with whole_folder(output, sole=True) as folder:
        # with the mark that tells spreadsheets the encoding
        (folder / "cells.csv").write_bytes(listed.encode("utf-8-sig"))
        (folder / "result.xlsx").write_bytes(workbook(cells, summary))
        (folder / "report.html").write_text(page, encoding="utf-8")
        (folder / "summary.json").write_text(as_json(summary), encoding="utf-8")
        write_geojson(folder / GEOJSON, cells, [*summary["counts"]])
    return summary, words.classify(summary, asked)


def compare(asked: Namespace, how: How) -> Result:
    """Compare test cells that a person named with what a result calls them."""
    facts = compare_with_result(asked, how)
    return facts, words.compare(facts)


def forget(asked: Namespace, how: How) -> Result:
    """Remove the decoded images and embeddings that the commands keep."""
    facts = remove_kept(cache_folder())
    return facts, words.forget(facts)


def _read(asked: Namespace, how: How, agreeing: bool = False) -> LabelledCells:
    """The labelled cells, and the cells to classify if a folder is named.

    With a list, the labelled cells may be among those to classify.
    """
    cells = asked.cells or (asked.labels and asked.labelled)
    with warnings.catch_warnings(record=True) as notes:
        warnings.simplefilter("always", UserWarning)
        lists = {"labels": asked.labels, "other": asked.cells}
        listed = list_cells(asked.labelled, how, asked.subject, **lists)
        new = cells and list_cells(cells, how, asked.subject, labelled=False)
    apart = check_apart(asked.not_a_cell, set(listed.table["label"]))
    known = embed_labelled(listed, how, apart, agreeing)
    said = tuple(dict.fromkeys(str(note.message) for note in notes))
    return replace(known, new=new and embed_cells(new, how), notes=said)


def _new_folder(output: Path, *read: Path | None) -> Path:
    """A new folder that can be written, and is in none that is read: checked before the work.

    Raises ValueError if it exists or is in one of them, OSError if it cannot be written.
    """
    output = check_absent(output.expanduser())
    for folder in filter(None, read):
        if output.resolve().is_relative_to(folder.expanduser().resolve()):
            raise ValueError(
                f"-o {output} is in {folder}, whose images are read: name a folder beside it."
            )
    above = next(folder for folder in output.absolute().parents if folder.exists())
    try:
        # under as long a name as it will have while it is written
        with tempfile.TemporaryDirectory(dir=above, prefix=f".{output.name}.", suffix=".partial"):
            return output
    except OSError as error:
        raise OSError(
            f"-o {output} cannot be written ({above}: {error.strerror}): name a folder elsewhere."
        ) from error
