"""Lists of labels, as a desk or a spreadsheet writes them: CSV, a row for each image."""

import codecs
import csv
import io

import pandas as pd

from .class_names import check_distinct, class_name

_COLUMNS = "file", "label", "subject", "content"
_NEEDED = _COLUMNS[:2]
_UTF16 = codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE


def parse_labels(content: bytes, name: str) -> pd.DataFrame:
    """The columns `file`, `label`, `subject` and `content` of a list, as text, "" where absent.

    The header names the columns, in any case and order; others are ignored, and so are rows
    without a file. Fields are parted by commas, semicolons or tabs; text is UTF-8, UTF-16 with its
    mark, or else Windows-1252.

    - `name`: the list's, for error messages.

    Raises ValueError, with the line, for anything else, and for labels that are no `class_name`.
    """
    (number, header), *rows = _rows(_text(content, name), name) or [(1, [])]
    columns = [field.strip().casefold() for field in header]
    if missing := [column for column in _NEEDED if column not in columns]:
        raise ValueError(
            f"{name} is not a list of labels: line {number} should name the columns"
            f" {' and '.join(_NEEDED)}; {' and '.join(missing)} missing, got"
            f" {', '.join(map(repr, header[:6])) or 'nothing'}. Write that line, as in: file,label"
        )
    if twice := [column for column in _COLUMNS if columns.count(column) > 1]:
        raise ValueError(f"{name} has two columns {twice[0]!r}: keep one.")
    listed = pd.DataFrame([_row(row, columns, name) for row in rows], columns=_COLUMNS, dtype=str)
    listed = listed[listed["file"].str.strip() != ""].reset_index(drop=True)
    listed["label"] = listed["label"].map(_labels(listed["label"], name))
    return listed


def _text(content: bytes, name: str) -> str:
    for code in ("utf-16",) if content.startswith(_UTF16) else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(code)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ValueError(f"{name} is not text: save the list as CSV, in UTF-8.")


def _rows(text: str, name: str) -> list[tuple[int, list[str]]]:
    """The rows that are not blank, each with the number of its last line."""
    first, _, rest = text.partition("\n")
    told = first.strip().casefold()
    if told.startswith("sep=") and len(told) == 5:  # as Excel tells itself
        parted, text = told[-1], "\n" + rest
    else:
        parted = max(",;\t", key=next(filter(str.strip, text.splitlines()), "").count)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=parted, skipinitialspace=True, strict=True
    )
    try:
        return [(reader.line_num, row) for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        raise ValueError(
            f"{name}, line {reader.line_num}: {error}. Save the list as CSV again."
        ) from error


def _row(row: tuple[int, list[str]], columns: list[str], name: str) -> list[str]:
    number, fields = row
    if any(map(str.strip, fields[len(columns) :])):
        raise ValueError(
            f"{name}, line {number} has {len(fields)} fields, and the first line {len(columns)}:"
            " put a name that holds a comma into quotation marks."
        )
    given = dict(zip(columns, fields, strict=False))
    file, *others = (given.get(column, "") for column in _COLUMNS)
    return [file, *map(str.strip, others)]


def _labels(labels: pd.Series, name: str) -> dict[str, str]:
    """Each label as the name of a class; "" stays, for it says that there is none."""
    try:
        names = {label: class_name(label) if label else "" for label in labels.unique()}
        check_distinct(sorted(set(names.values())))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    return names
