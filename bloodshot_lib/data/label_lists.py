"""Lists of files, as desks, spreadsheets and data sets write them: CSV, a row for each image."""

import codecs
import io
import warnings
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from .class_names import class_names
from .folder_contents import readable

_GUESSED = "cp1252"  # as Excel saves lists in Western Europe
_UTF16 = codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE


def parse_labels(content: bytes, name: str, *others: str) -> pd.DataFrame:
    """The columns `file`, `label`, `subject` and `content` of a list, as text, and others.

    The list is as `parse_list` takes it, `subject` and `content` are "" if absent; rows without a
    file are dropped. Letters that a guessed encoding may have changed are told in a warning.
    Raises ValueError for anything else, and for labels that are no `class_name`.
    """
    listed = parse_list(content, name, ("file", "label", *others), ("subject", "content"))
    listed = listed[listed["file"] != ""].reset_index(drop=True)
    labels = [label for label in listed["label"].unique() if label]
    odd = [label for label in labels if not label.isascii()]
    if odd and _encoding(content) == _GUESSED:
        warnings.warn(
            f"{name} is not UTF-8, so it was read as Windows-1252, with the labels"
            f" {', '.join(odd)}. If they are spelt otherwise, save it as 'CSV UTF-8'.",
            stacklevel=2,
        )
    names = dict(zip(labels, class_names(labels, name), strict=True))
    return listed.assign(label=[names.get(label, "") for label in listed["label"]])


def read_list(path: Path, *columns: str) -> pd.DataFrame:
    """The columns of a data set's list, as text."""
    return parse_list(content_of(path), str(path), columns)


def content_of(path: Path) -> bytes:
    """What is in a list, which is an error if it is not there."""
    if not path.is_file():
        raise FileNotFoundError(f"There is no list {path}: check its path.")
    with readable(path):
        return path.read_bytes()


def parse_list(
    content: bytes, name: str, needed: Sequence[str], more: Sequence[str] = ()
) -> pd.DataFrame:
    """Columns of a list, as text without spaces at its ends; those in `more` are "" if absent.

    The first line names the columns, in any case and order; others are ignored. Fields are parted
    by commas, semicolons or tabs; text is UTF-8, UTF-16 with its mark, or else Windows-1252.

    - `name`: the list's, for error messages.

    Raises ValueError for anything else.
    """
    text = content.decode(_encoding(content), "replace")
    first, *_ = lines = [line for line in text.splitlines() if line.strip()] or [""]
    parted = max(",;\t", key=first.count)
    widest = max(line.count(parted) for line in lines) + 1
    try:
        rows = pd.read_csv(
            io.StringIO(text or "\n"), sep=parted, header=None, names=range(widest), dtype=str,
            keep_default_na=False, skipinitialspace=True,
        )  # fmt: skip
    except pd.errors.ParserError as error:
        raise ValueError(f"{name}: {str(error).strip()}. Save it as CSV again.") from error
    rows = rows.fillna("").apply(lambda column: column.str.strip())
    header = [title.casefold() for title in rows.iloc[0]] if len(rows) else []
    times = {column: header.count(column.casefold()) for column in (*needed, *more)}
    if any(n > 1 or (n == 0 and column in needed) for column, n in times.items()):
        raise ValueError(
            f"{name} is no such list: its first line must be {','.join(needed)} (or more, each"
            f" once, in any order), but was {first[:80]!r}."
        )
    width = len(first.split(parted))
    rows = rows.iloc[1:].reset_index(drop=True)
    if (odd := (rows.iloc[:, width:] != "").any(axis=1)).any():
        raise ValueError(
            f"{name}: the line of {rows[0][odd].iloc[0]!r} has more fields than the first: put what"
            " holds a comma into quotation marks."
        )
    found = {c: rows[header.index(c.casefold())] if n else "" for c, n in times.items()}
    return pd.DataFrame(found, index=rows.index, dtype=str)


def _encoding(content: bytes) -> str:
    if content.startswith(_UTF16):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _GUESSED
    return "utf-8-sig"
