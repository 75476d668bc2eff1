"""The spreadsheet, as a spreadsheet's reader sees it."""

import io

import numpy as np
import openpyxl
import pandas as pd
import pytest

from bloodshot_lib.own_cells import spreadsheet
from bloodshot_lib.own_cells.spreadsheet import workbook

CELLS = pd.DataFrame(
    {
        "file": ["P1/a.png", "P1/b.png", "P2/c.png"],
        "subject": ["P1", "P1", "P2"],
        "predicted": ["ape", "bee", "debris"],
        "certainty": np.array([0.98765, np.nan, 1.0], np.float32),
        "unlike": [False, True, False],
        "content": ["0" * 32, "1" * 32, "2" * 32],
    }
)
CONFUSION = [("ape", "ape", 0.9), ("ape", "bee", 0.1), ("bee", "ape", 0.25), ("bee", "bee", 0.75)]
SUMMARY = {
    "date": "2025-01-31",
    "version": "1.0",
    "cells": "cells",
    "counts": {"ape": 1, "bee": 1, "debris": 1},
    "prevalence": [
        {"label": "ape", "cells": 1, "share": 0.5, "low": 0.4, "high": 0.6},
        {"label": "bee", "cells": 1, "share": 0.5, "low": 0.4, "high": 0.6},
    ],
    "apart": {"name": "debris", "cells": 1},
    "subjects": [
        {"subject": "P1", "cells": 2, "counts": {"ape": 1, "bee": 1, "debris": 0}, "shares": {}},
        {"subject": "P2", "cells": 1, "counts": {"ape": 0, "bee": 0, "debris": 1}, "shares": {}},
    ],
    "expected": [{"labels": "now", "balanced_accuracy": 0.825, "low": 0.7, "high": 0.9}],
    "confusion": [{"label": a, "predicted": b, "share": s, "cells": 4} for a, b, s in CONFUSION],
    "warnings": ["The images differ."],
    "left_out": {"d.txt": "no image"},
    "differs": {"size": ["b.png"], "colour": []},
    "quote": "One sentence.",
}


def opened(cells=CELLS, **changes):
    """The sheets of a workbook, each a list of rows."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(cells, SUMMARY | changes)))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def test_each_table_has_a_sheet_and_numbers_are_numbers():
    sheets = opened()
    assert list(sheets) == ["counts", "subjects", "cells", "confusion", "what was done"]
    assert sheets["counts"] == [
        ["class", "cells", "share", "95 % from", "95 % to", "recall expected"],
        ["ape", 1, 0.5, 0.4, 0.6, 0.9],
        ["bee", 1, 0.5, 0.4, 0.6, 0.75],
        ["debris (not counted in shares)", 1, None, None, None, None],
    ]
    assert sheets["subjects"][0][:2] == ["subject", "in all"], "a class may be called cells"
    assert sheets["subjects"][1:] == [["P1", 2, 1, 1, 0], ["P2", 1, 0, 0, 1]]
    assert sheets["cells"][0] == ["file", "subject", "predicted", "certainty", "unlike"]
    assert [row[3:] for row in sheets["cells"][1:]] == [[0.988, None], [None, "yes"], [1, None]]
    assert sheets["confusion"][1:] == [["ape", 0.9, 0.1, None], ["bee", 0.25, 0.75, None]]
    done = sheets["what was done"]
    assert [
        "balanced accuracy expected (each class counting the same), now",
        0.825,
        "95 % interval 0.70 to 0.90",
    ] in done
    assert ["left out", "d.txt", "no image"] in done and ["to quote", "One sentence.", None] in done
    assert ["differs in size", "b.png", None] in done


def test_without_subjects_or_an_expected_accuracy_their_sheets_are_left_out():
    sheets = opened(prevalence=None, subjects=None, expected=None, confusion=None, why_not="Few.")
    assert list(sheets) == ["counts", "cells", "what was done"]
    assert sheets["counts"][1] == ["ape", 1, 0.5, None, None, None]
    assert ["no accuracy", "Few.", None] in sheets["what was done"]


HOSTILE = {
    "=1+1": "=1+1",
    "=HYPERLINK(0)": "=HYPERLINK(0)",
    "+1": "+1",
    "-1": "-1",
    "@SUM(A1)": "@SUM(A1)",
    "#N/A": "#N/A",
    "bell\a": "bell\\x07",
    "two\nlines\r": "two\\nlines\\r",
    "half\ud800": "half\\ud800",
    "none\uffff": "none\\uffff",
    "_x0041_": "_x005F_x0041_",  # Excel shows _x0041_
    "_x_0041": "_x_0041",
    "Ünïcode 細胞": "Ünïcode 細胞",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_text_wherever_they_stand(name):
    cells = CELLS.assign(file=name)
    counts, left_out = {name: 3}, {name: name}
    confusion = [{"label": name, "predicted": name, "share": 1.0, "cells": 4}]
    shares = [{"label": name, "cells": 3, "share": 1.0, "low": 1.0, "high": 1.0}]
    changed = SUMMARY | {
        "counts": counts,
        "prevalence": shares,
        "left_out": left_out,
        "confusion": confusion,
    }
    book = openpyxl.load_workbook(io.BytesIO(workbook(cells, changed)))
    places = [("cells", "A2"), ("counts", "A2"), ("confusion", "A2"), ("confusion", "B1")]
    for sheet, place in places:
        cell = book[sheet][place]
        assert (cell.value, cell.data_type) == (HOSTILE[name], "s")
        assert cell.quotePrefix == (name[0] in "=+-@#"), "it stays text when it is edited"


def test_rows_and_columns_of_names_are_frozen_and_wide_enough():
    book = openpyxl.load_workbook(io.BytesIO(workbook(CELLS.assign(file="x" * 99), SUMMARY)))
    for sheet in book:
        assert sheet.freeze_panes == "B2" and sheet["A1"].font.bold
    assert 40 < book["cells"].column_dimensions["A"].width < 60
    assert 10 < book["counts"].column_dimensions["F"].width < 20
    assert book["counts"]["C2"].number_format == "0.0 %"


def test_more_rows_than_a_sheet_holds_are_left_to_the_list(monkeypatch):
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 4)  # the header and three cells
    assert len(opened()["cells"]) == 4
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 3)
    assert opened()["cells"] == [["note"], ["3 rows, more than a sheet holds: see cells.csv."]]
