"""What the verbs that copy or remove files print in a terminal."""

import shlex
from collections.abc import Mapping
from pathlib import Path

from .special_labels import NOT_A_CELL

_LISTED = 10


def crop_words(facts: dict, output: Path) -> str:
    """How many cells, of which scale, and what was not cut."""
    words = (
        f"{facts['cells']} cells from {facts['fields']} fields are in {output}, each"
        f" {facts['side']} px wide; boxes.csv says where they were.\nRed cells are"
        f" {facts['diameter']:.0f} px wide: if that is wrong, pass the right --diameter."
    )
    empty = dict.fromkeys(facts["fields_without_cells"], "")
    words += files_in_words("No white cell was found in", empty) + left_out_words(facts["left_out"])
    run = command("suggest", output, "-o", "to_label")
    return f"{words}\nLook through the cells, then run: {run}"


def suggest_words(
    facts: dict, of: int, cells: Path, labelled: Path | None, labels: Path | None, random: bool
) -> str:
    """Where the cells are, and what to do with them."""
    folder, n = facts["folder"], len(facts["files"])
    about = "They are typical of many others."
    then = f"make a folder in {folder} for each class, and move each cell into its class"
    run = command("check", folder, cells)
    if random:
        about = "They are a random draw, to test a result with: name them without looking at it."
        run = command("compare", folder, "RESULT")
    elif labels:
        about = "They are typical of what your labels do not cover."
        then = (
            f"add a line for each to {labels}, with its file as the sheet names it, and its label"
        )
        run = command("check", labelled or cells, *([cells] * bool(labelled)), "--labels", labels)
    elif labelled:
        about = "They are typical of what your labels do not cover."
        then = f"move each cell into the folder of its class in {labelled}"
        run = command("check", labelled, cells)
    elsewhere = "leave out only what nobody could" if random else "put elsewhere what you cannot"
    return (
        f"{n} of {of} cells are in {folder}: contact_sheet.html shows them.\n{about}"
        f"{left_out_words(facts['left_out'])}\nNext: {then}.\nDebris and several cells are a class"
        f" too, {NOT_A_CELL}; {elsewhere} name.\nThen run: {run}"
    )


def forget_words(facts: dict) -> str:
    """How much was removed, and where."""
    if facts["kept"] == 0:
        return f"Nothing is kept in {facts['folder']}."
    return (
        f"{facts['bytes'] / 1e6:.1f} MB were removed from {facts['folder']}: the decoded images and"
        " embeddings of earlier commands. Your own files and results are as they were."
    )


def command(*words: object) -> str:
    """A command to type, its folders quoted where they must be."""
    return shlex.join(["bloodshot", *map(str, words)])


def left_out_words(left_out: Mapping[str, str]) -> str:
    """Some of the files left out, and why; "" if there are none."""
    return files_in_words(f"Left out, {len(left_out)} files", left_out)


def files_in_words(title: str, files: Mapping[str, str]) -> str:
    """Some of the files, a line each; "" if there are none."""
    if not files:
        return ""
    lines = [f"  {file}{': ' * bool(why)}{why}" for file, why in [*files.items()][:_LISTED]]
    more = [f"  and {len(files) - _LISTED} more"] * (len(files) > _LISTED)
    return "\n".join(["", *([f"{title}:"] if title else []), *lines, *more])
