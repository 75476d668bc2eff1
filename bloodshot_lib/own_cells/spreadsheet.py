"""Verdicts -> a spreadsheet: counts, subjects, cells, confusion, and what was done."""

import io
import re
from collections.abc import Sequence

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from .summary import class_counts, confusion

MOST_ROWS = 1_048_576  # of a sheet
_FACTS = (
    "date", "version", "weights", "backbone", "image size", "views", "command", "labelled",
    "labels", "cells", "subject",
)  # fmt: skip
_WIDEST, _LOOKED_AT = 48, 1000  # in characters; rows from which a width is taken
# what XML cannot hold, and what Excel would read as a character's number (ECMA-376, ST_Xstring)
_UNWRITABLE = r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|_x(?=[0-9A-Fa-f]{4}_)"
# and what a spreadsheet takes for a formula or an error
_ODD = re.compile(rf"^[=+\-@#]|{_UNWRITABLE}")


def workbook(cells: pd.DataFrame, summary: dict) -> bytes:
    """An .xlsx file of a result: `cells` as in cells.csv, `summary` as in summary.json.

    Text stays text, also where it begins like a formula; control characters are escaped. Sheets
    that have nothing to say (no subjects, no expected accuracy) are left out, and so are hashes
    of contents and the names of the nearest cells.
    """
    book = Workbook(write_only=True)
    _add(book, "counts", _counts(summary), shares=range(2, 6))
    if summary["subjects"]:
        rows = pd.DataFrame(summary["subjects"])
        counts = pd.DataFrame(rows["counts"].tolist())
        rows = rows[["subject", "cells"]].rename(columns={"cells": "in all"})
        _add(book, "subjects", pd.concat([rows, counts], axis=1))
    listed = cells.drop(columns=["content", "nearest"], errors="ignore")
    numbers = listed.select_dtypes("floating")
    listed[numbers.columns] = numbers.astype(float).round(3)  # of 32 bits .6 is .60000002
    for name in listed.select_dtypes([bool, "boolean"]):
        listed[name] = listed[name].map({True: "yes", False: ""})  # and empty cells cost no time
    _add(book, "cells", listed)
    if summary["expected"]:
        table = pd.DataFrame(confusion(summary)).T.reindex(columns=[*summary["counts"]])
        _add(book, "confusion", table.rename_axis("labelled as ↓  taken for →").reset_index())
    _add(book, "what was done", pd.DataFrame(_done(summary), columns=["what", "value", "details"]))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _counts(summary: dict) -> pd.DataFrame:
    rows = class_counts(summary)
    if apart := summary["apart"]:
        rows.append({"label": f"{apart['name']} (not counted in shares)", "cells": apart["cells"]})
    table = pd.DataFrame(rows, columns=["label", "cells", "share", "low", "high", "recall"])
    heads = ["class", "cells", "share", "95 % from", "95 % to", "recall expected"]
    return table.set_axis(heads, axis=1)


def _done(summary: dict) -> list[tuple]:
    """Facts, then what to know before trusting the counts, then files that need a look."""
    rows = [(name, summary[name], "") for name in _FACTS if summary.get(name)]
    rows += [("look at this first", text, "") for text in summary["warnings"]]
    for row in summary["expected"] or ():
        interval = f"95 % interval {row['low']:.2f} to {row['high']:.2f}"
        of = f"balanced accuracy expected (each class counting the same), {row['labels']}"
        rows.append((of, round(row["balanced_accuracy"], 3), interval))
    words = {"why_not": "no accuracy", "basis": "how it was estimated", "quote": "to quote"}
    rows += [(words[name], summary[name], "") for name in words if summary.get(name)]
    rows += [("left out", file, why) for file, why in summary["left_out"].items()]
    for kind, files in summary["differs"].items():
        rows += [(f"differs in {kind}", file, "") for file in files]
    return rows


def _add(book: Workbook, title: str, table: pd.DataFrame, shares: Sequence[int] = ()) -> None:
    """Add a sheet with its first row and column frozen; the columns `shares` are percentages."""
    if len(table) >= MOST_ROWS:
        more = f"{len(table)} rows, more than a sheet holds: see cells.csv."
        table = pd.DataFrame({"note": [more]})
    sheet, columns = book.create_sheet(title), []
    sheet.freeze_panes = "B2"
    for number, (name, values) in enumerate(table.items()):
        values = values.astype(object).where(values.notna() & (values != ""), None).tolist()
        widths = [len(str(value)) for value in (name, "number", *values[:_LOOKED_AT])]
        width = min(max(widths), _WIDEST) + 2
        sheet.column_dimensions[get_column_letter(number + 1)].width = width
        columns.append([_cell(sheet, value, number in shares) for value in values])
    sheet.append([_cell(sheet, name, bold=True) for name in table])
    for row in zip(*columns, strict=True):
        sheet.append(row)


def _cell(sheet, value, share: bool = False, bold: bool = False):
    """A value as openpyxl takes it: what needs no format of its own stays as it is."""
    odd = isinstance(value, str) and _ODD.search(value)
    if not (odd or share or bold):
        return value
    cell = WriteOnlyCell(sheet, re.sub(_UNWRITABLE, _escaped, value) if odd else value)
    if odd:
        cell.data_type, cell.quotePrefix = "s", value[0] in "=+-@#"
    if share:
        cell.number_format = "0.0 %"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _escaped(found: re.Match) -> str:
    """A character as Python writes it; Excel's own escape for the underscore of one."""
    text = found.group()
    return "_x005F_x" if text == "_x" else text.encode("unicode_escape").decode()
