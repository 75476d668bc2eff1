"""The verbs and options of the command `bloodshot`, and what its help says of them."""

import argparse
import shlex
from collections.abc import Callable
from pathlib import Path

import bloodshot_lib

from .special_labels import NOT_A_CELL

_RELEASED, _FINDER = "bloodshot-3", "finder-1"
_ABOUT = f"""Classify white blood cells after a handful of labelled ones.

  1. bloodshot suggest cells/ -n 40 -o to_label/      which cells to label
     Name them in to_label/contact_sheet.html, and save labels.csv;
     debris and images of several cells make a class too, {NOT_A_CELL}.
  2. bloodshot check cells/ --labels labels.csv       what accuracy to expect
  3. bloodshot classify cells/ --labels labels.csv -o result/
     Look at result/report.html, and correct wrong names in it for the next time.
  4. bloodshot suggest --random cells/ -n 50 --labels labels.csv -o test/
     Name these in the same way; then: bloodshot compare --labels test_labels.csv result/

Instead of naming them in a page, you may sort the images into a folder per class: then it is
bloodshot check to_label/ cells/, and so on.

Each image is 8-bit colour with one cell in the middle, all from one microscope and stain. To cut
such images out of whole fields: bloodshot crop fields/ -o cells/. For research, not for
diagnosis."""


_VERBS = {
    "suggest": "copy the cells most worth labelling into a folder, with a page to name them in",
    "check": "count labelled cells, find copies and doubtful labels, say what accuracy to expect",
    "classify": "classify cells by the labelled ones; write cells.csv, result.xlsx and report.html",
    "compare": "compare a result with test cells that you named yourself: accuracy, with intervals",
    "crop": "cut the white cells out of whole microscope fields",
    "forget": "remove the copies of your cells that the commands keep to be quick",
}


class _Verb(argparse.ArgumentParser):
    """Options stand anywhere, also between folders of which one may be left out."""

    _inside = False

    def parse_known_args(self, args=None, namespace=None):
        if self._inside:  # what follows calls this again
            return super().parse_known_args(args, namespace)
        self._inside = True
        return self.parse_known_intermixed_args(args, namespace)


def command(*words: object) -> str:
    """A command to type, its folders quoted where they must be."""
    return shlex.join(["bloodshot", *map(str, words)])


def parser() -> argparse.ArgumentParser:
    """The parser of the command's arguments; `verb` says which verb is asked for."""
    whole = argparse.ArgumentParser(
        prog="bloodshot",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    version = f"bloodshot {bloodshot_lib.__version__}"
    whole.add_argument("--version", action="version", version=version)
    adding = whole.add_subparsers(
        dest="verb", required=True, metavar="|".join(_VERBS), parser_class=_Verb
    )
    verbs = {
        name: adding.add_parser(name, help=help, description=f"{help[0].upper()}{help[1:]}.")
        for name, help in _VERBS.items()
    }

    def add(named: str, *names: str, **how) -> None:
        for verb in named.split():
            verbs[verb].add_argument(*names, **how)

    _add_folders(add)
    _add_choices(add)
    _add_embedding(add)
    add(" ".join(_VERBS), "--json", action="store_true", help="print the result as JSON")
    add(" ".join(_VERBS), "-q", "--quiet", action="store_true", help="no progress bars")
    return whole


def _add_folders(add: Callable) -> None:
    """The folders and the list that a verb reads, and the folder it writes."""

    def folder(named: str, name: str, help: str, times: str | None = None) -> None:
        add(named, name, type=Path, metavar=name.upper(), help=help, nargs=times)

    images = "a folder of images, or of a folder per patient"
    classes = "one folder per class; with --labels, images, and more of them may be among CELLS"
    folder("check classify", "labelled", classes)
    folder("suggest", "cells", images)
    folder("check classify", "cells", images, "?")
    folder("compare", "test", "cells that you named yourself, one folder per class", "?")
    folder("compare", "result", "a folder that classify wrote")
    folder("crop", "fields", "a folder of fields or whole slides, or of a folder per patient")
    add("suggest classify crop", "-o", "--output", type=Path, required=True, metavar="FOLDER")
    more = "class folders that you have already sorted: cells of classes they lack come next"
    add("suggest", "--labelled", type=Path, metavar="LABELLED", help=more)
    instead = "in the place of class folders a CSV with the columns file, label, perhaps subject"
    add("suggest check classify compare", "--labels", type=Path, metavar="LIST", help=instead)
    earlier = "the folder of an earlier result: what has changed since is said"
    add("classify", "--previous", type=Path, metavar="RESULT", help=earlier)


def _add_choices(add: Callable) -> None:
    drawn = "draw the cells at random, to test a result with: see compare"
    add("suggest", "-n", type=int, default=40, help="how many cells (40)")
    add("suggest", "--random", action="store_true", help=drawn)
    width = "a white cell's width in pixels; if not given, it is found out from the fields"
    add("crop", "--width", type=float, metavar="PX", help=width)
    drawn = (
        "cut at these boxes, and look for no others: boxes.csv, as fields.html saves it, or a file"
        " or folder of boxes from QuPath (GeoJSON), Fiji, or programs that write YOLO or COCO"
    )
    add("crop", "--boxes", type=Path, metavar="BOXES", help=drawn)
    finder = f"the released finder, or a .safetensors file ({_FINDER})"
    add("crop", "--weights", default=_FINDER, help=finder)
    left_out = "leave out files that are not intact colour images, and list them"
    verbs = "suggest check classify crop"
    add(verbs, "--skip-unreadable", action="store_true", help=left_out)
    subject = (
        "where the name of a file has the subject (patient, donor): a pattern (a regular"
        " expression) with the subject in round brackets, such as '^(P[0-9]+)_' for P12_003.png;"
        " accuracy is then estimated for subjects without any labels, and cells are counted for"
        " each"
    )
    add("check classify", "--subject", metavar="PATTERN", help=subject)
    apart = f"the class of what is no single cell, kept apart from the others ({NOT_A_CELL})"
    verbs = "check classify compare"
    add(verbs, "--not-a-cell", default=NOT_A_CELL, metavar="NAME", help=apart)


def _add_embedding(add: Callable) -> None:
    verbs = "suggest check classify"
    weights = (
        f"the name of released weights, or a .safetensors file ({_RELEASED});"
        f" {_RELEASED}-small is quicker, and a little worse"
    )
    add(verbs, "--weights", default=_RELEASED, help=weights)
    views = "8: look at each cell in eight turns and flips; a little better, eight times slower"
    add(verbs, "--views", type=int, choices=(1, 8), default=1, help=views)
    device, devices = "where to compute: on a GPU if there is one (auto)", ("auto", "cpu", "cuda")
    add(verbs, "--device", choices=devices, default="auto", help=device)
    kept = "keep no copy of the cells for the next command (see forget)"
    add(verbs, "--no-cache", action="store_true", help=kept)
