"""Verdicts -> a spreadsheet: counts, subjects, cells, confusion, and what was done."""

import io
import re
from collections.abc import Sequence

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from .result_tables import class_counts, confusion

MOST_ROWS = 1_048_576  # of a sheet
_WIDEST, _LOOKED_AT = 48, 1000  # in characters; rows from which a width is taken
# what XML cannot hold, and what Excel would read as a character's number (ECMA-376, ST_Xstring)
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|_x(?=[0-9A-Fa-f]{4}_)")
_NO_TEXT = ("=", "+", "-", "@", "#")  # begins what a spreadsheet takes for a formula or an error


def workbook(cells: pd.DataFrame, summary: dict) -> bytes:
    """An .xlsx file of a result: `cells` as in cells.csv, `summary` as in summary.json.

    Text stays text, also where it begins like a formula; control characters are escaped. Sheets
    that have nothing to say (no subjects, no expected accuracy) are left out, and so are hashes
    of contents. Ten thousand cells take two seconds.
    """
    book = Workbook(write_only=True)
    _add(book, "counts", *_counts(summary), shares=range(2, 6))
    if summary["subjects"]:
        _add(book, "subjects", *_subjects(summary["subjects"]))
    listed = cells.drop(columns="content", errors="ignore").round(3).astype(object)
    listed = listed.where(listed.notna() & (listed != ""), None)
    _add(book, "cells", list(listed), listed.to_numpy().tolist())
    if summary["expected"]:
        _add(book, "confusion", *_confusion(summary))
    _add(book, "what was done", ["what", "value", "details"], _done(summary))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _counts(summary: dict) -> tuple[list, list]:
    columns = ("label", "cells", "share", "low", "high", "recall")
    rows = [[row[name] for name in columns] for row in class_counts(summary)]
    if apart := summary["apart"]:
        rows.append([f"{apart['name']} (not counted in shares)", apart["cells"]])
    return ["class", "cells", "share", "95 % from", "95 % to", "recall expected"], rows


def _subjects(subjects: list[dict]) -> tuple[list, list]:
    labels = list(subjects[0]["counts"])
    rows = [[row["subject"], row["cells"], *row["counts"].values()] for row in subjects]
    return ["subject", "cells", *labels], rows


def _confusion(summary: dict) -> tuple[list, list]:
    table = confusion(summary)
    rows = [
        [label, *(shares.get(name, 0) for name in table["classes"])]
        for label, shares in table["rows"].items()
    ]
    return ["labelled as ↓  taken for →", *table["classes"]], rows


def _done(summary: dict) -> list[list]:
    """Facts, then what to know before trusting the counts, then files that need a look."""
    facts = ("date", "version", "weights", "backbone", "image size", "views", "command")
    folders = ("labelled", "labels", "cells", "subject")
    rows = [[name, summary[name]] for name in (*facts, *folders) if summary.get(name)]
    rows += [["look at this first", text] for text in summary["warnings"]]
    for row in summary["expected"] or ():
        interval = f"95 % interval {row['low']:.2f} to {row['high']:.2f}"
        of = f"balanced accuracy expected, {row['labels']}"
        rows.append([of, round(row["balanced_accuracy"], 3), interval])
    words = {"why_not": "no accuracy", "basis": "how it was estimated", "quote": "to quote"}
    rows += [[words[name], summary[name]] for name in words if summary.get(name)]
    rows += [["left out", file, why] for file, why in summary["left_out"].items()]
    for kind, files in summary["differs"].items():
        rows += [[f"differs in {kind}", file] for file in files]
    return rows


def _add(
    book: Workbook, title: str, header: list[str], rows: list[list], shares: Sequence[int] = ()
) -> None:
    """Add a sheet with its first row and column frozen; the columns `shares` are percentages."""
    if len(rows) >= MOST_ROWS:
        header, rows = ["note"], [[f"{len(rows)} rows, more than a sheet holds: see cells.csv."]]
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    for number, name in enumerate(header):
        entries = [str(row[number]) for row in rows[:_LOOKED_AT] if number < len(row)]
        width = min(max(map(len, [name, *entries, "number"])), _WIDEST) + 2
        sheet.column_dimensions[get_column_letter(number + 1)].width = width
    sheet.append([_cell(sheet, name, bold=True) for name in header])
    for row in rows:
        sheet.append([_cell(sheet, value, number in shares) for number, value in enumerate(row)])


def _cell(sheet, value, share: bool = False, bold: bool = False):
    """A value as openpyxl takes it: what needs no format of its own stays as it is."""
    text = isinstance(value, str)
    if text:
        value = _UNWRITABLE.sub(_escaped, value)
    odd = text and value.startswith(_NO_TEXT)
    if not (odd or share or bold):
        return value
    cell = WriteOnlyCell(sheet, value)
    if odd:
        cell.data_type, cell.quotePrefix = "s", True
    if share:
        cell.number_format = "0.0 %"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _escaped(found: re.Match) -> str:
    """A character as Python writes it; Excel's own escape for the underscore of one."""
    text = found.group()
    return "_x005F_x" if text == "_x" else text.encode("unicode_escape").decode()
