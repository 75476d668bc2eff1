"""What each verb prints in a terminal: its facts, and the next step."""

import shlex
import textwrap
from argparse import Namespace
from collections.abc import Iterable, Mapping

import pandas as pd

from .labelling_steps import LIST, list_of, naming_command, sorting_command, sorting_step
from .options import command
from .special_labels import NOT_A_CELL
from .summary import confusion

_LISTED = 10
_RECALL = "Recall is the share of a class's cells that get its name."


def crop(facts: dict, asked: Namespace) -> str:
    """How many cells, of which scale, what was not cut, and what to look at."""
    empty = dict.fromkeys(facts["fields_without_cells"], "")
    found = f"Cells are {facts['width']:.0f} px wide: if that is wrong, pass the right --width."
    again = command("crop", asked.fields, "--boxes", "boxes.csv", "-o", f"{asked.output}_2")
    parts = [
        f"{facts['cells']} cells from {facts['fields']} fields are in {facts['folder']}, each"
        f" {facts['side']} px wide; boxes.csv says where they were.",
        *[found] * (not asked.boxes),
        *(f"Look at this first: {note}" for note in facts["notes"]),
    ]
    return (
        "\n".join(parts)
        + _files("No white cell was found in" if not asked.boxes else "No box in", empty)
        + _left_out(facts)
        + f"\nLook through {asked.output / 'fields.html'}; if you correct boxes in it, save"
        f" boxes.csv, and\nrun: {again}\nThen run:"
        f" {command('suggest', facts['folder'], '-o', 'to_label')}"
    )


def suggest(facts: dict, asked: Namespace) -> str:
    """Where the cells are, and what to do with them."""
    folder, naming = facts["folder"], "skip what you cannot"
    about = "They are typical of many others."
    if asked.labelled or asked.labels:
        about = "They are typical of what your labels do not cover."
    if asked.random:
        about = "They are a random draw, to test a result with: name them without looking at it."
        naming = "skip only what nobody could"
    where = "\n(for RESULT type the folder that bloodshot classify wrote)" * asked.random
    return (
        f"{len(facts['files'])} of {facts['of']} cells are in {folder}: contact_sheet.html shows"
        f" them.\n{about}{_left_out(facts)}\nNext: open contact_sheet.html in a browser, name"
        f" them, and save {list_of(asked)}.\nDebris and several cells are a class too,"
        f" {NOT_A_CELL}; {naming} name.\nThen run: {naming_command(asked)}{where}\nOr sort the"
        f" images: {sorting_step(asked)};\nthen run: {sorting_command(asked)}"
    )


def check(facts: dict) -> str:
    """Cells per class, the accuracy to expect, confusions, and what to look at again."""
    classes = pd.DataFrame(facts["classes"])
    if not classes["subjects"].any():
        classes = classes.drop(columns="subjects")
    parts = [classes.to_string(index=False), _trust(facts)]
    if taken := confusion(facts):
        parts.append(f"Of 100 cells of each class:\n{_taken(taken, 'taken for', 100)}")
    tables = {
        "contradictions": "One image is in one class only; these are in several, and were left out",
        "doubtful_labels": "Look at these labels again; the other cells disagree (half of such"
        " labels are right, and most wrong ones are not found in this way)",
        "duplicates": "Identical files, each set really one cell",
    }
    for name, title in tables.items():
        if rows := facts[name]:
            parts.append(f"{title}:\n{pd.DataFrame(rows).round(2).to_string(index=False)}")
    return "\n\n".join([*parts, *_look_first(facts)]) + _left_out(facts)


def classify(summary: dict, asked: Namespace) -> str:
    """Counts, how far to trust them, how to go on, and where the report is."""
    counts, apart = dict(summary["counts"]), summary["apart"]
    parts = [f"{sum(counts.values())} cell{'s' * (sum(counts.values()) != 1)}:"]
    if apart:
        counts[apart["name"]] = f"{apart['cells']} (not counted in shares)"
    parts += [f"  {name:20} {n}" for name, n in counts.items()]
    for row in summary["subjects"] or ():
        given = [f"{label} {n}" for label, n in row["counts"].items() if n]
        parts.append(f"{row['subject'] or 'not named'}, {row['cells']} cells: {', '.join(given)}")
    parts += [_trust(summary), *_look_first(summary)]
    if previous := summary["previous"]:
        parts += _changes(previous)
    by_hand = f"without --labels move its file to another folder {summary['place']}, or add one"
    if summary["labels"]:
        by_hand = f"correct {summary['labels']} yourself, or add lines to it"
    output = asked.output
    return (
        "\n".join(parts) + _left_out(summary) + f"\nThe report is {output / 'report.html'};"
        f" cells.csv and result.xlsx list every cell.{_in_fields(summary)}\nTo correct a label,"
        f" select the cell in the report, save {LIST}, and run again with another -o, --previous"
        f" {shlex.quote(str(output))}\nand --labels {LIST}. Or {by_hand}."
    )


def compare(facts: dict) -> str:
    """The scores, each class's recall, the confusion, and a sentence to quote."""
    recall = pd.DataFrame(facts["recall"]).rename(columns={"low": "95 % from", "high": "to"})
    called = _taken(confusion(facts, "cells"), "called")
    parts = [
        f"{recall.to_string(index=False, float_format='%.2f')}\n{_RECALL}",
        f"Of each class:\n{called}",
    ]
    if files := facts["not_counted"]:
        title = f"Not counted, because they were labelled for this result: {len(files)}"
        parts.append(_files(title, dict.fromkeys(files, "")).strip())
    if unknown := facts["unknown_classes"]:
        named = ", ".join(f"{name} ({n})" for name, n in unknown.items())
        parts.append(f"The result has no such class, so these cells count as wrong: {named}.")
    if facts["apart"]:
        parts.append(f"{facts['apart']} is no class of cells: balanced accuracy leaves it out.")
    parts.append(
        "To quote, if the cells were drawn at random (balanced accuracy: each class counting the"
        f" same):\n{facts['quote']}"
    )
    return "\n\n".join(parts) + _left_out(facts)


def forget(facts: dict) -> str:
    """How much was removed, and where."""
    if facts["kept"] == 0:
        return f"Nothing is kept in {facts['folder']}."
    size = f"{facts['bytes'] / 1e6:.1f} MB"
    return f"{size} were removed from {facts['folder']}; your own files are as they were."


def _trust(facts: dict) -> str:
    if facts["expected"] is None:
        return f"The accuracy to expect cannot be said: {facts['why_not']}"
    now, twice = facts["expected"]
    words = (
        "Expect a balanced accuracy (each class counting the same) of"
        f" {now['balanced_accuracy']:.2f} (95 % interval\n{now['low']:.2f} to {now['high']:.2f});"
        " with twice as many labels, about"
        f" {twice['balanced_accuracy']:.2f} ({twice['low']:.2f} to {twice['high']:.2f})."
    )
    if one := facts["unjudged"]:
        words += (
            f"\nThe labelled cells do not say how well {' or '.join(one)} will be recognised: there"
            " is only one, or all are of one subject. Label more."
        )
    return f"{words}\n{textwrap.fill(facts['basis'], 88)}".strip()


def _in_fields(summary: dict) -> str:
    """What is said of cells that were cut from fields; "" of others."""
    said = summary.get("in_fields")
    return f"\n{textwrap.fill(said, 88)}" if said else ""


def _taken(rows: dict[str, dict[str, float]], verb: str, times: int = 1) -> str:
    """A line per class: how many of its cells get its name, and how many which other."""
    lines = []
    for label, given in rows.items():
        others = [f"{n * times:.0f} {verb} {name}" for name, n in given.items() if name != label]
        others = [words for words in others if not words.startswith("0 ")]
        lines.append(", ".join([f"  {label}: {given.get(label, 0) * times:.0f} right", *others]))
    return "\n".join(lines)


def _changes(previous: dict) -> Iterable[str]:
    others = {"only here": previous["only_here"], "only there": previous["only_there"]}
    more = "".join(f", {n} are {where}" for where, n in others.items() if n)
    same = f"{previous['changed']} cells changed since {previous['result']}, {previous['same']} did"
    yield f"{same} not{more}."
    yield from (f"  {row['from']} -> {row['to']}: {row['cells']}" for row in previous["changes"])


def _look_first(facts: dict) -> list[str]:
    return [f"Look at this first: {text}" for text in facts["warnings"]]


def _left_out(facts: dict) -> str:
    """Some of the files left out, and why; "" if there are none."""
    return _files(f"Left out, {len(facts['left_out'])} files", facts["left_out"])


def _files(title: str, files: Mapping[str, str]) -> str:
    """Some of the files, a line each; "" if there are none."""
    if not files:
        return ""
    lines = [f"  {file}{': ' * bool(why)}{why}" for file, why in [*files.items()][:_LISTED]]
    more = [f"  and {len(files) - _LISTED} more"] * (len(files) > _LISTED)
    return "\n".join(["", f"{title}:", *lines, *more])
