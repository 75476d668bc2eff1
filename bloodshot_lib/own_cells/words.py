"""What check, classify and compare print in a terminal."""

from pathlib import Path

import pandas as pd

from .copying_words import files_in_words, left_out_words
from .labelled_cells import LabelledCells


def check_words(labelled: LabelledCells, facts: dict) -> str:
    """Cells per class, the accuracy to expect, confusions, and what to look at again."""
    classes = labelled.classes
    if labelled.subjects is None:
        classes = classes.drop(columns="subjects")
    parts = [classes.to_string(index=False), _trust(facts)]
    if labelled.accuracy is not None:
        wide = labelled.accuracy.shares.rename_axis(index=None, columns=None)
        wide = wide.to_string(float_format="%.2f")
        parts.append(f"Judged by the others, each row's cells are taken for:\n{wide}")
    tables = {
        "One image is in one class only; these are in several, and were left out": (
            labelled.contradictions
        ),
        "Look at these labels again; the other cells disagree (half of such labels are right, and"
        " most wrong ones are not found in this way)": labelled.doubtful.round(2),
        "Identical files, each set really one cell": labelled.duplicates,
    }
    for title, rows in tables.items():
        if len(rows):
            parts.append(f"{title}:\n{rows.to_string(index=False)}")
    parts += [f"Look at this first: {text}" for text in facts["warnings"]]
    return "\n\n".join(parts) + left_out_words(facts["left_out"])


def classify_words(summary: dict, output: Path) -> str:
    """Counts, how far to trust them, how to go on, and where the report is."""
    apart = summary["apart"] and summary["apart"]["name"]
    listed = [f"  {name:20} {n}" for name, n in summary["counts"].items() if name != apart]
    if apart:
        listed.append(f"  {apart:20} {summary['apart']['cells']} (not counted in shares)")
    parts = [f"{sum(summary['counts'].values())} cells:", *listed]
    if summary["subjects"]:
        parts.append(_subjects(summary["subjects"]))
    parts.append(_trust(summary))
    parts += [f"Look at this first: {text}" for text in summary["warnings"]]
    if summary["previous"]:
        parts.append(_changes(summary["previous"]))
    if summary["labels"]:
        how = f"correct {summary['labels']}, or add lines to it,"
    else:
        how = f"move its file to another class folder of {summary['labelled']}, or add one,"
    return (
        "\n".join(parts)
        + left_out_words(summary["left_out"])
        + f"\nThe report is {output / 'report.html'}; cells.csv and result.xlsx list every cell."
        f"\nTo correct a label, {how} and run again with another -o and --previous {output}"
    )


def compare_words(facts: dict) -> str:
    """The scores, each class's recall, the confusion, and a sentence to quote."""
    recall = pd.DataFrame(facts["recall"])
    recall["95 % interval"] = [
        f"{low:.2f} to {high:.2f}" for low, high in zip(recall["low"], recall["high"], strict=True)
    ]
    pairs = pd.DataFrame(facts["confusion"])
    wide = pairs.pivot(index="label", columns="predicted", values="cells")
    wide = wide.rename_axis(index=None, columns=None).to_string()  # all columns of it
    parts = [
        recall.drop(columns=["low", "high"]).to_string(index=False, float_format="%.2f"),
        f"Named as (rows) and called (columns):\n{wide}",
    ]
    if files := facts["not_counted"]:
        parts.append(
            f"Not counted, because they were labelled for this result: {len(files)}"
            f"{files_in_words('', dict.fromkeys(files, ''))}"
        )
    if unknown := facts["unknown_classes"]:
        named = ", ".join(f"{name} ({n})" for name, n in unknown.items())
        parts.append(
            f"The result knows no such class, so these cells count as wrong: {named}. If it has"
            " the class under another name, give yours that name."
        )
    if facts["apart"]:
        parts.append(f"{facts['apart']} is no class of cells: balanced accuracy leaves it out.")
    parts.append(f"To quote, if the cells were drawn at random:\n{facts['quote']}")
    return "\n\n".join(parts) + left_out_words(facts["left_out"])


def _trust(facts: dict) -> str:
    if facts["expected"] is None:
        return f"The accuracy to expect cannot be said: {facts['why_not']}"
    now, twice = facts["expected"]
    words = (
        f"Expect a balanced accuracy of {now['balanced_accuracy']:.2f} (95 % interval"
        f" {now['low']:.2f} to {now['high']:.2f});\nwith twice as many labels, about"
        f" {twice['balanced_accuracy']:.2f} ({twice['low']:.2f} to {twice['high']:.2f})."
    )
    if one := facts["unjudged"]:
        words += (
            f"\nNo labelled cell of {' or of '.join(one)} could be judged by others of its class:"
            " there is one only, or all are of one subject. Label more."
        )
    return f"{words}\n{facts['basis']}" if facts["basis"] else words


def _subjects(subjects: list[dict]) -> str:
    rows = pd.DataFrame([row["counts"] for row in subjects], [row["subject"] for row in subjects])
    return rows.assign(cells=[row["cells"] for row in subjects]).to_string()


def _changes(previous: dict) -> str:
    pairs = [f"  {row['from']} -> {row['to']}: {row['cells']}" for row in previous["changes"]]
    others = {"only here": previous["only_here"], "only there": previous["only_there"]}
    more = "".join(f", {n} are {where}" for where, n in others.items() if n)
    same = f"{previous['changed']} cells changed since {previous['result']}, {previous['same']} did"
    return "\n".join([f"{same} not{more}.", *pairs])
