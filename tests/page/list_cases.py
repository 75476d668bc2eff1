"""Names, lists, folders and tests of results, and what the Python library makes of them."""

import base64
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from bloodshot_lib.data.class_names import check_distinct, class_name, plain_name, subject_names
from bloodshot_lib.data.image_listing import contents_below
from bloodshot_lib.data.label_lists import parse_labels
from bloodshot_lib.fewshot.agreement import compare_labels
from bloodshot_lib.own_cells.copies import copied
from bloodshot_lib.own_cells.earlier_result import _quote as quote_agreement
from bloodshot_lib.own_cells.embedded_cells import How, list_cells
from bloodshot_lib.own_cells.image_differences import LIGHT, difference_warnings, differing
from bloodshot_lib.own_cells.special_labels import present_name
from bloodshot_lib.own_cells.summary import _quote as quote
from bloodshot_lib.own_cells.summary import at_the_edges, class_counts

_KEY = "0123456789abcdef" * 2


def told(function, *given) -> dict:
    """What a function returns or refuses, and the notes it gives."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            found = {"value": function(*given)}
        except ValueError as error:
            found = {"error": str(error)}
    return {**found, "notes": [str(one.message) for one in said]}


_NAMES = [
    "Eosinophil", "  Basophil\t", "NA", "n/a", "None", "#N/A", "nan", "", " ", "\x85", "\ufeff",
    ".hidden", "a/b", "a\\b", "a\nb", "it's", "it's/", "it's \"so\"/", "x\x00", "\u200c",
    "\u0645\u06cc\u200c\u062e\u0648",
    "Größe", "gro\u0308ße", "好中球", "🩸", "\ufffd", "\ue000", "x" * 200, "x" * 201, "ü" * 101,
    "<b>bold</b>", "<script>alert(1)</script>", "null", "a\u00a0b", "a\u202eb", "=1+1",
    "constructor", "__proto__", "class", "-", "Ǆ", "ﬁbre", "\u3000wide\u3000", "\x1cgone\x1f",
    "\ud800",
]  # fmt: skip
_SETS = [
    ["a", "b"], ["Ä", "A\u0308"], ["Lymphocyte", "lymphocyte"], ["a b", "a  b"], ["\u017f", "s"],
    ["STRASSE", "straße"], ["\u0131", "i"], ["\u0130", "i"], ["ﬁ", "fi"], ["Σ", "ς"], ["e", "é"],
    ["x\u200cy", "xy"], ["\uff21", "a"],
]  # fmt: skip
_LABELS = [
    "not a cell", "Not_A-Cell", "NOTACELL", "not a single cell", "not\u00a0a\u00a0cell", "a cell",
    "", "not_a_cells",
]  # fmt: skip
_SUBJECTS = [["P1", "p1 ", "P2"], ["", "a"], ["NA", "na"], ["\udce4x", "y"], ["n/a", "b"]]


def class_name_cases() -> dict:
    """Names, alone and beside others."""
    return {
        "names": [{"text": text, **told(class_name, text)} for text in _NAMES],
        "plain": [{"text": text, "plain": plain_name(text)} for text in _NAMES],
        "distinct": [{"names": names, **told(check_distinct, names)} for names in _SETS],
        "present": [{"label": label, "present": present_name(label)} for label in _LABELS],
        "subjects": [{"subjects": some, **told(subject_names, some)} for some in _SUBJECTS],
    }


_LISTS = {
    "comma": b"file,label\na.png,Eosinophil\nb.png,Basophil\n",
    "semicolon": "\ufefffile;label;content\r\na,b.png;Größe;\r\n".encode(),
    "tab": b"label\tfile\tsubject\nx\t a.png \tP1\n",
    "utf16": "file\tlabel\na.png\t好中球\n".encode("utf-16"),
    "utf16 big": b"\xfe\xff" + "file,label\na.png,é\n".encode("utf-16-be"),
    "utf16 odd": "file,label\na.png,é\n".encode("utf-16") + b"x",
    "cp1252": "file;label\nä.png;Größe\n".encode("cp1252"),
    "cp1252 file only": "file;label\nä.png;x\n".encode("cp1252"),
    "cp1252 no letter": b"file,label\na.png,x\x81y\n",
    "quotes": b'file,label\n"a,b ""x"".png",y\n"new\nline.png","z"\nin"side.png,q"r\n',
    "quote then more": b'file,label\n"a"b.png,x\n',
    "spaces": b'file, label\n  "a, b.png" ,\t x \n   \n,,\n\nb.png\t,y',
    "tab with spaces": b'file\tlabel\n a.png\t "x"\n\tz\n',
    "cr": b"file,label\r\ra.png,b\r",
    "case": b"Label ; FILE;Comment\nx;a.png;hm\n",
    "short rows": b"file,label,subject,content\na.png\nb.png,x\n",
    "empty ends": b"file,label\na.png,x,,,\n",
    "too many": b"file,label\na.png,x,y\n",
    "unclosed": b'file,label\na.png,"x\n',
    "empty": b"",
    "blank": b"\n \n",
    "no list": b"name,class\na,b\n",
    "twice": b"file,label,Label\na,b,c\n",
    "binary": b"\x89PNG\r\n\x1a\n\x00\x00",
    "long first": b"x" * 300,
    "html": b"file,label\n<img src=x>.png,<b>x</b>\n",
    "formula": b"file,label\n=1+1,@x\n",
    "na": b"file,label\na.png,NA\nb.png,\nc.png,None\n",
    "na twice": b"file,label\na.png,NA\nb.png,na\n",
    "na and its name": b"file,label\na.png,NA\nb.png,class NA\n",
    "unclosed after a pair": b'file,label\na.png,"x ""\n',
    "as many semicolons": b"file,label,;;\na.png,x\n",
    "blank first": b"\n  \nfile,label\na.png,x\n",
    "case only": b"file,label\na.png,Blast\nb.png,blast\n",
    "accents only": "file,label\na.png,ä\nb.png,a\u0308\n".encode(),
    "bad name": b"file,label\na.png,a/b\n",
    "no file": b"file,label\n,x\na.png,y\n",
    "contents": f"file,label,content\na.png,x,{_KEY}\nb.png,y,{_KEY}\nc.png,,\n".encode(),
    "long": f"file,label\n{'n' * 400}.png,{'x' * 200}\n".encode(),
    "too long": f"file,label\na.png,{'x' * 201}\n".encode(),
    "astral": "file,label\n🩸.png,🩸\n".encode(),
    "form feed": b"file,label\na\x0cb.png,x\n",
}


def label_list_cases() -> list[dict]:
    """Lists as bytes, and their rows or the error."""

    def rows(content: bytes) -> list[dict]:
        return parse_labels(content, "labels.csv").to_dict("records")

    return [
        {"name": name, "bytes": base64.b64encode(content).decode(), **told(rows, content)}
        for name, content in _LISTS.items()
    ]


_HALVES = [n / 16 for n in range(0, 34)] + [
    0.0005,
    0.0015,
    0.9995,
    -0.0625,
    0.99949999,
    1.0005,
    2.675,
    -0.1,
]
_HALVES += [n / 8 for n in range(1, 9, 2)] + [0.125, 1.005, 1e-9, 123456.0625, 1 / 3, 8.5, 0.5]


def cells_csv_cases() -> dict:
    """Results as text, numbers with few digits, and images that differ."""
    odd = ["a,b.png", 'say "x".png', "new\nline.png", "Größe/ä.png", "<b>.png", "=1.png", ""]
    cells = [
        {
            "file": file, "subject": "", "predicted": "x", "certainty": number,
            "runner_up": "y" * place, "unlike": place % 2 == 0, "unlikeness": 2 * number,
            "nearest": ["x/1.png", "y/2.png"], "labelled": place == 3,
            "differs": ["", "size", "colour", "size and colour"][place % 4], "content": _KEY,
        }
        for place, (file, number) in enumerate(zip(odd, _HALVES, strict=False))
    ]  # fmt: skip
    named = [{**cell, "subject": f"P{place % 2}"} for place, cell in enumerate(cells)]
    return {
        "lists": [{"cells": some, "text": _as_csv(some)} for some in (cells, named)],
        "fixed": [
            {"value": x, "digits": n, "text": f"{x:.{n}f}"} for x in _HALVES for n in (0, 2, 3)
        ],
        "differing": [_differing(*case) for case in _LOOKS],
    }


def _as_csv(cells: list[dict]) -> str:
    table = pd.DataFrame(cells).assign(nearest=[" | ".join(cell["nearest"]) for cell in cells])
    if (table["subject"] == "").all():
        table = table.drop(columns="subject")
    return table.to_csv(index=False, float_format="%.3f", lineterminator="\r\n")


_GREY = [200.0, 200.0, 200.0]
_LOOKS = [
    ([(100, _GREY)] * 3, [(100, _GREY), (360, _GREY)]),
    ([(100, _GREY), (126, _GREY), (125, _GREY), (80, _GREY), (79, _GREY)], [(100, _GREY)]),
    ([(100, [220.0, 200, 180]), (100, [220.1, 200, 200]), (100, _GREY)], [(100, _GREY)]),
    ([(100, _GREY)] * 9 + [(10, _GREY)], [(100, _GREY)]),
    ([(100, _GREY)] * 12 + [(10, _GREY)], [(100, _GREY)]),
    ([(360, [100.0, 90, 250])] * 2 + [(400, _GREY)], [(200, _GREY), (210, [0.5, 1, 2])]),
]


def _differing(new: list, labelled: list) -> dict:
    def table(cells: list) -> pd.DataFrame:
        looks = pd.DataFrame([light for _, light in cells], columns=LIGHT, dtype=float)
        names = [f"{place}.png" for place in range(len(cells))]
        return looks.assign(width=[width for width, _ in cells], file=names, content=_KEY)

    tables = table(new), table(labelled)
    differ = differing(*tables)
    return {
        "new": new,
        "labelled": labelled,
        "differ": differ.to_dict("records"),
        "warnings": difference_warnings(differ, *tables, len(new)),
        "copied": copied(tables[0]),
    }


_TESTS = [
    ("a", "a", "none"),
    ("a", "b", "none"),
    ("aaaa", "bbbb", "none"),
    ("aabbcc", "aabbcc", "none"),
    ("aaaaabbbc", "aaababbac", "none"),
    ("aabbnn", "aabann", "n"),
    ("nn", "na", "n"),
    ("abcdefghij" * 5, "abcdefghij" * 4 + "aaaaafghij", "j"),
    ("a" * 200 + "b" * 3, "a" * 190 + "b" * 13, "none"),
]


def agreement_cases() -> list[dict]:
    """Tests, their scores, and the sentence to quote."""
    found = []
    for true, given, apart in _TESTS:
        case = compare_labels(np.array(list(true)), np.array(list(given)), apart)
        scores = case.scores.dropna().to_dict("index")
        pairs = case.confusion.stack().rename("cells").reset_index()
        found.append(
            {
                "true": list(true),
                "given": list(given),
                "apart": apart,
                "scores": scores,
                "recall": case.recall.to_dict("records"),
                "confusion": pairs.to_dict("records"),
                "quote": quote_agreement(case, scores, {"version": "1.0", "weights": "w"}),
            }
        )
    return found


_TREES = {
    "flat": "b.png a.jpg B.PNG ä.tif notes.txt labels.csv .DS_Store Thumbs.db license x.jpeg",
    "classes": "x/1.png y/2.png y/10.png z/3.bmp x/list.csv",
    "patients": "x/P1/1.png x/P2/1.png y/p1/9.png y/P2/0.png",
    "deep": "x/a/b/1.png x/2.png",
    "beside": "1.png x/2.png",
    "beside in class": "x/1.png x/P/2.png y/3.png",
    "class with and without patients": "x/1.png y/P/2.png",
    "one too high": "cells/x/1.png cells/y/2.png",
    "parts": "train/x/1.png test/x/2.png",
    "parts with images": "train/1.png test/x/2.png",
    "same names": "z/1.png y/1.png x/1.png",
    "one class of patients and others": "a/P/1.png b/P/2.png c/P/3.png",
    "system": "x/1.png @eaDir/2.png __MACOSX/x/1.png .cache/1.png x/recycler x/@eaDir/3.png",
    "made by the command": "x/1.png y/2.png result/summary.json result/report.html",
    "page beside": "x/1.png y/2.png summary.json contact_sheet.html",
    "suffixes": "x/a.png. x/.png x/b.gif x/c.WEBP x/d x/e.tar.png y/f.jfif y/g.jpe",
    "alike": "Blast/1.png blast/2.png",
    "na": "NA/1.png x/2.png",
    "not a cell": "Not/1.png not-a-cell/2.png x/3.png",
    "no image": "a.txt b.csv",
    "order": "x/b.png y/a.png x/c.png y/B.png x/\U0001fa78.png x/\ufb01.png x/é.png",
    "html": "<b>x/1.png y/<i>.png",
}


def listing_cases() -> list[dict]:
    """Trees of files, what is listed of them, and what their folders mean."""
    return [_listing(name, tree.split(" ")) for name, tree in _TREES.items()]


def _listing(name: str, files: list[str]) -> dict:
    with tempfile.TemporaryDirectory() as above:
        root = Path(above) / "cells"
        for place, file in enumerate(files):
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_text(str(place))

        def below(path: str | Path) -> str:
            return str(path).replace(f"{above}/", "").replace(above, "above")

        def cells(labelled: bool) -> list[dict]:
            table = list_cells(root, How(), labelled=labelled)[0]
            table["label"] = table["label"].fillna("")
            return table[["file", "label", "subject", "content"]].to_dict("records")

        found = contents_below(root).values()
        cases = {kind: told(cells, kind == "labelled") for kind in ("labelled", "unlabelled")}
        for case in cases.values():
            case["error"] = below(case.get("error", ""))
        return {
            "name": name,
            "files": [f"cells/{file}" for file in files],
            "images": sorted(below(path) for each in found for path in each.images),
            "left_out": {below(p): why for each in found for p, why in each.left_out.items()},
            **cases,
        }


def summary_cases() -> list[dict]:
    """Facts of results, and their counts, edges and sentences."""
    rng, found = np.random.default_rng(0), []
    for n, mixing in ((2, 4), (3, 4), (5, 4), (8, 4), (8, 1), (9, 0.5), (9, 9), (9, 20)):
        names = [f"class {i}" for i in range(n)]
        cells = rng.integers(0, 50, n).tolist()
        share = [c / sum(cells) for c in cells]
        ends = rng.uniform(0, 0.1, (2, n)).round(6)
        rows = [
            {"label": a, "cells": c, "share": s, "low": max(0, s - lo), "high": min(1, s + hi)}
            for a, c, s, lo, hi in zip(names, cells, share, *ends.tolist(), strict=True)
        ]
        mixed = rng.dirichlet(np.ones(n) / mixing, n).round(6)
        mixed[0] = np.nan
        confusion = [
            {"label": a, "predicted": b, "share": mixed[i, j]}
            for i, a in enumerate(names)
            for j, b in enumerate(names)
        ]
        summary = {
            "counts": {**dict(zip(names, cells, strict=True)), "not_a_cell": 4},
            "apart": {"name": "not_a_cell", "cells": 4},
            "prevalence": rows if n != 3 else None,
            "confusion": confusion,
            "labelled_cells": dict.fromkeys(names, n),
            "expected": [{"balanced_accuracy": 0.625, "low": 0.125, "high": 0.99}],
            "basis": "The estimate rests on it.",
        }
        done = {"version": "1.0", "weights": "w"}
        found.append(
            {
                **summary,
                "rows": class_counts(summary),
                "edges": at_the_edges(summary),
                "quote": quote(done, summary),
            }
        )
    return found


CASES = {
    "class_names": class_name_cases,
    "label_lists": label_list_cases,
    "cells_csv": cells_csv_cases,
    "agreement": agreement_cases,
    "listing": listing_cases,
    "summary": summary_cases,
}
