"""The verbs and options of the command `bloodshot`, and what its help says of them."""

import argparse
from pathlib import Path

import bloodshot_lib

from .special_labels import NOT_A_CELL

_RELEASED = "bloodshot-pbc-2"
_ABOUT = f"""Classify white blood cells after a handful of labelled ones.

  1. bloodshot suggest cells/ -n 40 -o to_label/      which cells to label
     Make a folder in to_label/ for each class, and move the cells into them;
     debris and images of several cells make a class too, {NOT_A_CELL}.
  2. bloodshot check to_label/ cells/                 what accuracy to expect
  3. bloodshot classify to_label/ cells/ -o result/   result/report.html, result/cells.csv
  4. bloodshot suggest --random cells/ -n 50 --labelled to_label/ -o test/
     Sort these in the same way; then: bloodshot compare test/ result/

Each image is 8-bit colour with one cell in the middle, all from one microscope and stain. To cut
such images out of whole fields: bloodshot crop fields/ -o cells/. For research, not for
diagnosis."""


_VERBS = {
    "suggest": "copy the cells most worth labelling into a folder, for you to sort into classes",
    "check": "count the labelled cells, find copies and doubtful labels, say what accuracy to"
    " expect",
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
    verbs = {name: _verb(adding, name) for name in _VERBS}
    suggest, check, classify, _, crop, _ = verbs.values()
    _add_folders(verbs)
    suggest.add_argument("-n", type=int, default=40, help="how many cells (40)")
    suggest.add_argument(
        "--random",
        action="store_true",
        help="draw the cells at random, to test a result with: see compare",
    )
    suggest.add_argument(
        "--labelled",
        type=Path,
        metavar="LABELLED",
        help="class folders that you have already sorted: cells of a kind they lack come next",
    )
    classify.add_argument(
        "--previous",
        type=Path,
        metavar="RESULT",
        help="the folder of an earlier result: what has changed since is said",
    )
    crop.add_argument(
        "--diameter",
        type=float,
        metavar="PX",
        help="a red cell's width in pixels; if not given, it is measured, which takes fields with"
        " many red cells",
    )
    for verb in (suggest, check, classify, crop):
        verb.add_argument(
            "--skip-unreadable",
            action="store_true",
            help="leave out files that are not intact colour images, and list them",
        )
    for verb in (suggest, check, classify):
        _add_embedding(verb)
    for verb in (check, classify):
        verb.add_argument(
            "--subject",
            metavar="PATTERN",
            help="a regular expression whose first group finds the subject (patient, donor) in"
            " the name of a file, such as '^(P[0-9]+)_': accuracy is then estimated for subjects"
            " without any labels, and cells are counted for each",
        )
    return whole


def _verb(adding, name: str) -> argparse.ArgumentParser:
    help = _VERBS[name]
    parser = adding.add_parser(name, help=help, description=f"{help[0].upper()}{help[1:]}.")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress bars")
    return parser


def _add_folders(verbs: dict[str, argparse.ArgumentParser]) -> None:
    """The folders and the list that a verb reads, and the folder it writes."""
    labelled = "labelled", "LABELLED", "one folder per class; with --labels, the images it names"
    cells = "cells", "CELLS", "a folder of images, or of a folder per patient"
    test = "test", "TEST", "cells that you named yourself, one folder per class"
    folders = {
        "suggest": {cells: None},
        "check": {labelled: None, cells: "?"},
        "classify": {labelled: None, cells: "?"},
        "compare": {test: "?", ("result", "RESULT", "a folder that classify wrote"): None},
        "crop": {("fields", "FIELDS", "a folder of images, or of a folder per patient"): None},
    }
    for verb, named in folders.items():
        for (name, metavar, help), times in named.items():
            verbs[verb].add_argument(name, type=Path, metavar=metavar, help=help, nargs=times)
    for verb in ("suggest", "check", "classify", "compare"):
        verbs[verb].add_argument(
            "--labels",
            type=Path,
            metavar="LIST",
            help="a list of labels in the place of class folders: a CSV with the columns file and"
            " label, and perhaps subject",
        )
    for verb in ("check", "classify", "compare"):
        verbs[verb].add_argument(
            "--not-a-cell",
            default=NOT_A_CELL,
            metavar="NAME",
            help=f"the class of what is no single cell, kept apart from the others ({NOT_A_CELL})",
        )
    for verb in ("suggest", "classify", "crop"):
        verbs[verb].add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")


def _add_embedding(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--weights",
        default=_RELEASED,
        help=f"the name of released weights, or a .safetensors file ({_RELEASED})",
    )
    parser.add_argument(
        "--views",
        type=int,
        choices=(1, 8),
        default=1,
        help="8: look at each cell in eight turns and flips; a little better, eight times slower",
    )
    parser.add_argument(
        "--device",
        choices=("auto", "cpu", "cuda"),
        default="auto",
        help="where to compute: on a GPU if there is one (auto), or as said",
    )
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="keep no copy of the cells for the next command (see forget)",
    )
