"""The command `bloodshot`: suggest cells to label, check the labels, classify the rest."""

import argparse
import json
import os
import sys
import time
import warnings
from collections.abc import Sequence
from pathlib import Path

import bloodshot_lib

_RELEASED = "bloodshot-pbc-2"
_ABOUT = """Classify white blood cells after a handful of labelled ones.

  1. bloodshot suggest cells/ -n 40 -o to_label/      which cells to label
     Make a folder in to_label/ for each class, and move the cells into them.
  2. bloodshot check to_label/                        what accuracy to expect
  3. bloodshot classify to_label/ cells/ -o result/   result/report.html, result/cells.csv

Each image is 8-bit colour with one cell in the middle, all from one microscope and stain. To cut
such images out of whole fields: bloodshot crop fields/ -o cells/. For research, not for
diagnosis."""


_VERBS = {
    "suggest": "copy the cells most worth labelling into a folder, for you to sort into classes",
    "check": "count the labelled cells, find copies and doubtful labels, say what accuracy to"
    " expect",
    "classify": "classify cells by the labelled ones; write cells.csv and report.html",
    "crop": "cut the white cells out of whole microscope fields",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns 0 on success, 2 if something was wrong, 130 if stopped."""
    asked = _parser().parse_args(arguments)
    started = time.perf_counter()
    with warnings.catch_warnings():
        warnings.showwarning = _warn
        try:
            facts, words = _run(**vars(asked))
        except (ValueError, OSError, ImportError, MemoryError) as error:
            print(f"bloodshot {asked.verb}: {_words(error)}", file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            print("\nStopped. Run the same command again: it goes on from here.", file=sys.stderr)
            return 130
    if asked.json:
        words = json.dumps(facts, indent=1, default=float)
    else:
        words += f"\n({time.perf_counter() - started:.0f} s)"
    _say(words)
    return 0


def _run(verb, skip_unreadable, json, quiet, weights="", views=1, **rest) -> tuple[dict, str]:
    from . import verbs  # here, because torch loads slowly and --help should not wait
    from .embedded_cells import How

    how = How(weights, views, skip_unreadable, progress=not (quiet or json))
    return getattr(verbs, verb)(**rest, how=how)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bloodshot",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    version = f"bloodshot {bloodshot_lib.__version__}"
    parser.add_argument("--version", action="version", version=version)
    adding = parser.add_subparsers(dest="verb", required=True, metavar="|".join(_VERBS))
    verbs = {name: _verb(adding, name) for name in _VERBS}
    suggest, check, classify, crop = verbs.values()
    for verb in (check, classify):
        verb.add_argument("labelled", type=Path, metavar="LABELLED", help="one folder per class")
    for verb in (suggest, classify):
        verb.add_argument("cells", type=Path, metavar="CELLS", help="a folder of images")
    crop.add_argument("fields", type=Path, metavar="FIELDS", help="a folder of images")
    for verb in (suggest, classify, crop):
        verb.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    suggest.add_argument("-n", type=int, default=40, help="how many cells (40)")
    suggest.add_argument(
        "--labelled",
        type=Path,
        metavar="LABELLED",
        help="class folders that you have already sorted: cells they leave in doubt come next",
    )
    crop.add_argument(
        "--diameter",
        type=float,
        metavar="PX",
        help="a red cell's width in pixels; if not given, it is measured, which takes fields with"
        " many red cells",
    )
    for verb in (suggest, check, classify):
        _add_embedding(verb)
    for verb in (check, classify):
        verb.add_argument(
            "--subject",
            metavar="PATTERN",
            help="a regular expression whose first group finds the subject (patient, donor) in"
            " the name of a labelled file, such as '^(P[0-9]+)_': accuracy is then estimated for"
            " subjects without any labels",
        )
    return parser


def _verb(adding, name: str) -> argparse.ArgumentParser:
    help = _VERBS[name]
    parser = adding.add_parser(name, help=help, description=f"{help[0].upper()}{help[1:]}.")
    parser.add_argument(
        "--skip-unreadable",
        action="store_true",
        help="leave out files that are not intact colour images, and list them",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress bars")
    return parser


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


def _say(words: str) -> None:
    """Print; if the reader has left, as `| head` does, the files are whole all the same."""
    try:
        print(words, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error) or type(error).__name__


def _warn(message, category, filename, lineno, file=None, line=None) -> None:
    print(f"note: {message}", file=sys.stderr)
